package dev.daybook.connect.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// Compiles sources into a jar, as somebody else's build would.
final class PluginJar {

  private PluginJar() {}

  /// @param sources file name to source
  /// @param services service file name to content
  static void write(Path jar, Map<String, String> sources, Map<String, String> services)
      throws IOException {
    Path work = Files.createTempDirectory("plugin");
    Path classes = Files.createDirectory(work.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      arguments.add(file.toString());
    }
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (failed != 0) {
      throw new IllegalArgumentException("These sources do not compile: " + sources.keySet());
    }
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(out, classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
      for (Map.Entry<String, String> service : services.entrySet()) {
        add(
            out,
            "META-INF/services/" + service.getKey(),
            service.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }

  /// A source connector that writes one record: the version of the library it finds, and whether its thread sees its own
  /// loader. The library has the same class name in every such jar.
  static Map<String, String> sources(String packageName, String libraryVersion) {
    String connector =
        """
        package %1$s;
        import java.util.*;
        import org.apache.kafka.common.config.ConfigDef;
        import org.apache.kafka.connect.connector.Task;
        import org.apache.kafka.connect.data.Schema;
        import org.apache.kafka.connect.source.*;
        public class GreetingSourceConnector extends SourceConnector {
          private Map<String, String> config;
          public String version() { return lib.Library.VERSION; }
          public void start(Map<String, String> props) { config = props; }
          public Class<? extends Task> taskClass() { return GreetingTask.class; }
          public List<Map<String, String>> taskConfigs(int max) { return List.of(config); }
          public void stop() {}
          public ConfigDef config() { return new ConfigDef(); }
          public static class GreetingTask extends SourceTask {
            private String topic;
            private boolean done;
            public String version() { return lib.Library.VERSION; }
            public void start(Map<String, String> props) { topic = props.get("topic"); }
            public List<SourceRecord> poll() throws InterruptedException {
              if (done) { Thread.sleep(50); return null; }
              done = true;
              boolean own = Thread.currentThread().getContextClassLoader() == getClass().getClassLoader();
              return List.of(new SourceRecord(Map.of("p", 1), Map.of("o", 1), topic, Schema.STRING_SCHEMA,
                  lib.Library.VERSION + " " + own));
            }
            public void stop() {}
          }
        }
        """
            .formatted(packageName);
    return Map.of(
        "lib/Library.java",
        "package lib; public class Library { public static final String VERSION = new String(\""
            + libraryVersion
            + "\"); }",
        packageName + "/GreetingSourceConnector.java",
        connector);
  }

  static List<String> names(Plugins plugins, PluginKind kind) {
    return plugins.list(List.of(kind)).stream().map(Plugin::className).toList();
  }
}
