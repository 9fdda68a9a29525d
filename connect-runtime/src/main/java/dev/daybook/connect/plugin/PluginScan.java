package dev.daybook.connect.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for plug-ins: on the class path by their service files, and under each directory of `plugin.path`, where every
/// sub-directory with jars and every single jar is one plug-in with a loader of its own. There, service files are read
/// first and the jars' classes after, since many connectors declare no services.
final class PluginScan {

  static final String CLASS_PATH = "classpath";
  private static final Logger LOG = LoggerFactory.getLogger(PluginScan.class);

  private final ClassLoader parent;
  private final Map<String, Plugin> found = new LinkedHashMap<>();
  private final List<PluginClassLoader> loaders = new ArrayList<>();

  PluginScan(ClassLoader parent) {
    this.parent = parent;
  }

  List<Plugin> plugins() {
    return List.copyOf(found.values());
  }

  List<PluginClassLoader> loaders() {
    return List.copyOf(loaders);
  }

  PluginScan classPath() {
    services(parent, CLASS_PATH);
    return this;
  }

  PluginScan directory(Path pluginPath) {
    if (!Files.isDirectory(pluginPath)) {
      LOG.warn("plugin.path entry {} is not a directory; it is skipped", pluginPath);
      return this;
    }
    for (Path entry : sorted(pluginPath)) {
      List<Path> jars =
          Files.isDirectory(entry) ? jarsBelow(entry) : isJar(entry) ? List.of(entry) : List.of();
      if (!jars.isEmpty()) {
        isolated(entry, jars);
      }
    }
    return this;
  }

  private void isolated(Path location, List<Path> jars) {
    PluginClassLoader loader =
        new PluginClassLoader(location, jars.stream().map(PluginScan::url).toList(), parent);
    loaders.add(loader);
    services(loader, location.toString());
    ClassScan scan = new ClassScan(jars, loader);
    for (PluginKind kind : PluginKind.values()) {
      scan.concrete(kind.contract()).stream()
          .sorted()
          .forEach(name -> addByName(kind, name, loader, location.toString()));
    }
  }

  private void addByName(PluginKind kind, String name, ClassLoader loader, String location) {
    try {
      add(new Plugin(kind, Class.forName(name, false, loader), location));
    } catch (ClassNotFoundException | LinkageError e) {
      LOG.debug("{} in {} cannot be loaded: {}", name, location, e.toString());
    }
  }

  private void services(ClassLoader loader, String location) {
    for (PluginKind kind : PluginKind.values()) {
      var providers = ServiceLoader.load(kind.contract(), loader).stream().iterator();
      while (true) {
        try {
          if (!providers.hasNext()) {
            break;
          }
          Class<?> type = providers.next().type();
          if (loader.equals(parent) || type.getClassLoader().equals(loader)) {
            add(new Plugin(kind, type, location));
          }
        } catch (ServiceConfigurationError | LinkageError e) {
          LOG.warn(
              "A service file for {} in {} names a class that cannot be used: {}",
              kind.contract().getSimpleName(),
              location,
              e.getMessage());
        }
      }
    }
  }

  private void add(Plugin plugin) {
    found.putIfAbsent(plugin.kind() + " " + plugin.className() + " " + plugin.location(), plugin);
  }

  private static List<Path> sorted(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the plugin.path entry " + directory, e);
    }
  }

  private static List<Path> jarsBelow(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(PluginScan::isJar).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the plug-in directory " + directory, e);
    }
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar") && Files.isRegularFile(file);
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("Cannot make a URL of " + jar, e);
    }
  }
}
