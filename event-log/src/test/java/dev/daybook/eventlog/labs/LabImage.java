package dev.daybook.eventlog.labs;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// How to start a [LabServer] quickly: its class path as jars, and a cache of classes loaded and linked ahead of time.
/// Making it takes some seconds, and each start costs a third of the processor time from then on, so the first lab of a
/// long tier makes it, for all of this JVM.
///
/// @param classPath jars only: the cache takes no folders
/// @param flags for the JVM
record LabImage(List<String> classPath, List<String> flags) {
  private static final class Holder {
    private static final LabImage QUICK = makeOrPlain();
  }

  /// The image for a lab with so many starts.
  static LabImage forStarts(int starts) {
    return starts < 10 ? plain() : Holder.QUICK;
  }

  static LabImage plain() {
    String classPath = System.getProperty("java.class.path");
    return new LabImage(List.of(classPath.split(File.pathSeparator)), List.of());
  }

  /// These classes before all others; a cache does not fit any more.
  LabImage behind(Path directory) {
    List<String> longer = new ArrayList<>(List.of(directory.toString()));
    longer.addAll(classPath);
    return new LabImage(longer, List.of());
  }

  private static LabImage makeOrPlain() {
    try {
      Path folder = Files.createTempDirectory("daybook-labs");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> removeQuietly(folder)));
      return make(folder);
    } catch (IOException e) {
      System.err.println("The labs start their servers without a cache: " + e);
      return plain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return plain();
    }
  }

  private static LabImage make(Path folder) throws IOException, InterruptedException {
    List<String> jars = new ArrayList<>();
    for (String entry : plain().classPath) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        jars.add(jar(path, folder.resolve("classes-" + jars.size() + ".jar")).toString());
      } else if (Files.exists(path)) {
        jars.add(entry);
      }
    }
    Path cache = folder.resolve("server.aot");
    LabImage training = new LabImage(jars, List.of("-XX:AOTCacheOutput=" + cache));
    try (LabProcess process = LabProcess.start(training, folder)) {
      int port = process.open(folder.resolve("data"), 0);
      try (LabClient client = new LabClient(port)) {
        Load.createTopics(client);
      }
      process.closeInOrder();
    }
    if (!Files.exists(cache)) {
      throw new IOException("the JVM wrote no cache");
    }
    return new LabImage(jars, List.of("-XX:AOTCache=" + cache));
  }

  private static Path jar(Path folder, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(folder);
        OutputStream file = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.setLevel(0);
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(folder.relativize(path).toString()));
        Files.copy(path, jar);
        jar.closeEntry();
      }
    }
    return target;
  }

  private static void removeQuietly(Path folder) {
    try {
      DataDirectory.remove(folder);
    } catch (IOException _) {
      // A temporary folder that stays is no reason to fail.
    }
  }
}
