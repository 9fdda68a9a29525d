package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.BadBlocks;
import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files of a partition's directory on which a log stands that a checkpoint names: its segments, from the one that
/// holds the start to the one that grows, and the list of what is damaged, if there is one: without it a loss that was accepted
/// would be one that nobody knows of. Indexes are not among them: they are derived. Nor are segments that compaction has
/// replaced.
public final class LogFiles {
  private LogFiles() {}

  /// One of them.
  ///
  /// @param bytes of the file that count; -1 for all
  public record LogFile(Path path, long bytes) {
    /// Whether the file goes on, or may go on, behind what counts of it.
    public boolean grows() {
      return bytes >= 0;
    }
  }

  /// Whether a file's bytes will never change: a sealed segment with its proof, which is written last.
  public static boolean isSettled(Disk disk, Path file) throws IOException {
    try (DiskFile opened = new BadBlocks(disk.openToRead(file))) {
      long footerAt = opened.size() - SegmentFooter.BYTES;
      if (footerAt < 0) {
        return false;
      }
      ByteBuffer bytes = ByteBuffer.allocate(SegmentFooter.BYTES);
      opened.read(bytes, footerAt);
      return SegmentFooter.decode(bytes.flip())
          .filter(footer -> footer.contentBytes() == footerAt)
          .flatMap(SegmentFooter::proof)
          .isPresent();
    }
  }

  /// The files, segments in the order of their offsets.
  public static List<LogFile> of(Disk disk, Path directory, LogEnd end) throws IOException {
    List<Path> files = disk.list(directory);
    List<SegmentName> segments =
        SegmentName.inUse(
            files.stream()
                .map(path -> SegmentName.parse(path.getFileName().toString()))
                .flatMap(Optional::stream)
                .toList());
    List<LogFile> named = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      long baseOffset = segments.get(i).baseOffset();
      Path file = directory.resolve(segments.get(i).fileName());
      boolean last =
          i + 1 == segments.size() || segments.get(i + 1).baseOffset() > end.segmentBaseOffset();
      long next = last ? end.nextOffset() : segments.get(i + 1).baseOffset();
      if (baseOffset == end.segmentBaseOffset() && end.segmentPosition() > 0) {
        named.add(new LogFile(file, end.segmentPosition()));
      } else if (baseOffset < end.segmentBaseOffset() && next > end.startOffset()) {
        named.add(new LogFile(file, -1));
      }
    }
    Path damage = directory.resolve(DamageFile.NAME);
    if (files.contains(damage)) {
      named.add(new LogFile(damage, -1));
    }
    return named;
  }
}
