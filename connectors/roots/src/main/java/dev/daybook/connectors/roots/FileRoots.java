package dev.daybook.connectors.roots;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// The folders of this machine a connector may touch: given by the worker, never by a connector's own
/// configuration. Empty unless the worker says otherwise.
///
/// @param roots absolute, or taken from the worker's own folder; links on the way to them are followed
public record FileRoots(List<Path> roots) {
  /// The worker's system property that names them, separated as the system separates paths.
  public static final String PROPERTY = "daybook.connect.file.roots";

  /// The folders that this worker allows.
  public static FileRoots ofWorker() {
    List<Path> roots = new ArrayList<>();
    for (String root : System.getProperty(PROPERTY, "").split(File.pathSeparator, -1)) {
      if (!root.isBlank()) {
        roots.add(Path.of(root));
      }
    }
    return new FileRoots(List.copyOf(roots));
  }

  /// Returns the path with every link on the way resolved, or refuses: it must lie under a root, and neither
  /// `..` nor a link may lead out. The last parts may not exist yet.
  ///
  /// @param key the setting that names the file, for the refusal
  /// @throws ConfigException that says what to do
  public Path resolve(String key, String file) {
    Path path = Path.of(file);
    if (!path.isAbsolute() || !path.normalize().equals(path)) {
      throw new ConfigException(key, file, "give an absolute path without . and ..");
    }
    if (roots.isEmpty()) {
      throw new ConfigException(
          key,
          file,
          "this worker allows no files; start it with connect.file.roots set to a folder");
    }
    Path real = realPath(key, path);
    for (Path root : roots) {
      Path realRoot = realPath(key, root.toAbsolutePath().normalize());
      if (real.startsWith(realRoot)) {
        return real;
      }
    }
    throw new ConfigException(key, file, "lies outside connect.file.roots " + roots);
  }

  private static Path realPath(String key, Path path) {
    @Nullable Path existing = path;
    while (existing != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return path;
    }
    try {
      return existing.toRealPath().resolve(existing.relativize(path)).normalize();
    } catch (IOException unresolvable) {
      throw new ConfigException(key, path, "cannot be resolved: " + unresolvable);
    }
  }
}
