package dev.daybook.connectors.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// The folder a source looks into. Files are opened relative to the opened folder and never through a link, so that a
/// link put there in the very moment leads nowhere.
final class SourceFolder {
  private static final Pattern INODE = Pattern.compile("ino=(\\w+)");

  private final Path folder;
  private final PathMatcher glob;
  private final List<PathMatcher> excluded;

  /// A regular file of the folder. `createdMs` is -1 where the file system does not tell.
  record Entry(
      String name, String inode, long size, Instant modified, long createdMs, boolean matches) {
    /// Oldest first; of the same moment, what rotation numbered higher or numbered at all first.
    static final Comparator<Entry> BY_AGE =
        Comparator.comparing(Entry::modified)
            .thenComparing(Comparator.comparing(Entry::name).reversed());
  }

  SourceFolder(Path folder, String glob, List<String> excluded) {
    this.folder = folder;
    this.glob = matcher(glob);
    this.excluded = excluded.stream().map(SourceFolder::matcher).toList();
  }

  private static PathMatcher matcher(String glob) {
    return FileSystems.getDefault().getPathMatcher("glob:" + glob);
  }

  /// All regular files, oldest first.
  List<Entry> list() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (SecureDirectoryStream<Path> opened = open()) {
      for (Path path : opened) {
        Entry entry = entry(opened, path.getFileName());
        if (entry != null) {
          entries.add(entry);
        }
      }
    }
    entries.sort(Entry.BY_AGE);
    return entries;
  }

  /// Opens the file if it is still the one that was listed, else returns null.
  @Nullable FileChannel open(Entry entry) throws IOException {
    Path name = Path.of(entry.name());
    try (SecureDirectoryStream<Path> opened = open()) {
      FileChannel channel =
          (FileChannel)
              opened.newByteChannel(
                  name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      Entry now = entry(opened, name);
      if (now != null && now.inode().equals(entry.inode())) {
        return channel;
      }
      channel.close();
      return null;
    } catch (NoSuchFileException renamedMeanwhile) {
      return null;
    }
  }

  @SuppressWarnings("StreamResourceLeak") // The caller closes it.
  private SecureDirectoryStream<Path> open() throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
      stream.close();
      throw new ConnectException("this system cannot open files safely below " + folder);
    }
    if (!folder.toRealPath().equals(folder)) {
      secure.close();
      throw new ConnectException(folder + " was replaced by a link; that is not followed");
    }
    return secure;
  }

  private @Nullable Entry entry(SecureDirectoryStream<Path> opened, @Nullable Path name)
      throws IOException {
    if (name == null) {
      return null;
    }
    try {
      BasicFileAttributes found =
          opened
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      return found.isRegularFile() ? entry(name, found) : null;
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  private Entry entry(Path name, BasicFileAttributes found) {
    FileTime modified = found.lastModifiedTime();
    FileTime created = found.creationTime();
    return new Entry(
        name.toString(),
        inode(found),
        found.size(),
        modified.toInstant(),
        // Systems that know no creation time repeat the other one.
        created.equals(modified) ? -1 : created.toMillis(),
        matches(name));
  }

  private static String inode(BasicFileAttributes found) {
    String key = String.valueOf(found.fileKey());
    Matcher inode = INODE.matcher(key);
    // Without the device: its number may change when the machine starts again.
    return inode.find() ? inode.group(1) : key;
  }

  private boolean matches(Path name) {
    return glob.matches(name) && excluded.stream().noneMatch(exclude -> exclude.matches(name));
  }
}
