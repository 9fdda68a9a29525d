package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.journal.VerifiedChain.Torn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/// Verifies a journal as it lies, as opening it would, and changes nothing.
///
/// @param files how many there are
/// @param sizeBytes of all of them
/// @param entries behind the checkpoint, all of them whole
/// @param lastSequence of the last whole entry; 0 when there is none
/// @param harmlessGaps damaged places among entries that the checkpoint made superfluous
/// @param torn what a crash left of an entry that nobody was told of
/// @param damage why the journal cannot be opened
public record JournalCheck(
    int files,
    long sizeBytes,
    long entries,
    long lastSequence,
    int harmlessGaps,
    Optional<TornEntry> torn,
    Optional<JournalDamagedException> damage) {

  /// An entry that is not whole at the journal's end.
  public record TornEntry(Path file, long position) {}

  /// Verifies the journal in this directory.
  ///
  /// @param checkpointSequence entries up to here are not needed any more
  /// @param reader is handed every entry behind it
  /// @throws IOException when the files cannot be read, or are of a newer version
  public static JournalCheck of(
      Disk disk, Path directory, long checkpointSequence, Journal.EntryReader reader)
      throws IOException {
    List<JournalFile> files = new ArrayList<>();
    try {
      open(disk, directory, files);
      if (files.isEmpty() && checkpointSequence == 0) {
        return new JournalCheck(0, 0, 0, 0, 0, Optional.empty(), Optional.empty());
      }
      if (files.isEmpty()) {
        throw JournalDamagedException.badFile(directory, "there are no files");
      }
      VerifiedChain chain =
          ChainVerifier.verify(files, checkpointSequence, false, Optional.empty());
      for (ChainLink link : chain.needed()) {
        reader.read(read(directory, link));
      }
      return new JournalCheck(
          files.size(),
          sizeOf(files),
          chain.needed().size(),
          chain.nextSequence() - 1,
          chain.harmlessGaps(),
          chain.torn().map(JournalCheck::tornEntry),
          Optional.empty());
    } catch (JournalDamagedException e) {
      return new JournalCheck(
          files.size(), sizeOf(files), 0, 0, 0, Optional.empty(), Optional.of(e));
    } finally {
      for (JournalFile file : files) {
        file.close();
      }
    }
  }

  private static JournalEntry read(Path directory, ChainLink link) throws IOException {
    return switch (link) {
      case ChainLink.Entry(Place place, EntryHeader header, boolean whole) -> {
        if (!whole) {
          throw JournalDamagedException.badFile(
              place.file().path(),
              "entry %d at byte %d is not whole".formatted(header.sequence(), place.position()));
        }
        yield place.file().read(header, place.position());
      }
      case ChainLink.Missing(long from, long to) ->
          throw JournalDamagedException.badFile(
              directory,
              new LostEntries(from, to, Optional.empty()) + ", which it held, are missing");
    };
  }

  /// Whether a journal has files of that name.
  public static boolean isKnown(String fileName) {
    return JournalDirectory.NAME.matcher(fileName).matches()
        || fileName.startsWith("next.preparing")
        || fileName.startsWith(CleanEnd.NAME);
  }

  private static void open(Disk disk, Path directory, List<JournalFile> opened) throws IOException {
    for (Path path : disk.list(directory)) {
      Matcher name = JournalDirectory.NAME.matcher(path.getFileName().toString());
      if (!name.matches()) {
        continue;
      }
      long number = Long.parseLong(name.group(1));
      if (!opened.isEmpty() && number != opened.getLast().number() + 1) {
        throw JournalDamagedException.badFile(path, "the file before it is missing");
      }
      opened.add(open(disk, path, number));
    }
  }

  private static JournalFile open(Disk disk, Path path, long number) throws IOException {
    DiskFile file = disk.open(path);
    try {
      JournalFile opened = JournalFile.open(file, path, number);
      if (opened == null || opened.isDamaged()) {
        throw JournalDamagedException.badFile(
            path, "its header does not match, or it was cut short");
      }
      return opened;
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  private static long sizeOf(List<JournalFile> files) {
    return files.stream().mapToLong(JournalFile::sizeBytes).sum();
  }

  private static TornEntry tornEntry(Torn torn) {
    return new TornEntry(torn.place().file().path(), torn.place().position());
  }
}
