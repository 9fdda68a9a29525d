/// Files as a source of lines and as a sink of JSON lines, each exactly once.
///
/// The source follows files by what they are (inode and first bytes), never by name: [FileSourceTask],
/// [SourceFolder], [TailedFile], [Fingerprint], [LineSplitter], [LineFormat] with [JsonReader]. The sink writes
/// objects that appear whole or not at all and tells from their names where to go on: [FileSinkTask],
/// [TargetFolder], [PartFile], [JsonLine]. Both stay inside `FileRoots`.
@NullMarked
package dev.daybook.connectors.file;

import org.jspecify.annotations.NullMarked;
