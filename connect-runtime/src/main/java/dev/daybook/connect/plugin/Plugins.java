package dev.daybook.connect.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;

/// All plug-ins of this worker, found by full class name or alias. Immutable after the scan, so any thread may ask.
/// A full name that no service file mentions is still found on the class path, where scanning all jars would cost
/// seconds; it must be a public, concrete class of the kind asked for.
public final class Plugins implements AutoCloseable {

  private final List<Plugin> plugins;
  private final List<PluginClassLoader> loaders;
  private final ClassLoader parent;

  private Plugins(PluginScan scan, ClassLoader parent) {
    this.plugins = scan.plugins();
    this.loaders = scan.loaders();
    this.parent = parent;
  }

  /// Scans the class path of `parent` and the given `plugin.path` directories.
  public static Plugins scan(Collection<Path> pluginPath, ClassLoader parent) {
    PluginScan scan = new PluginScan(parent).classPath();
    pluginPath.forEach(scan::directory);
    return new Plugins(scan, parent);
  }

  /// The plug-ins of the given kinds in the order of [PluginKind] and of their names.
  public List<Plugin> list(Collection<PluginKind> kinds) {
    return plugins.stream()
        .filter(plugin -> kinds.contains(plugin.kind()))
        .sorted(Comparator.comparing(Plugin::kind).thenComparing(Plugin::className))
        .toList();
  }

  public Optional<Plugin> connector(String nameOrAlias) {
    return PluginKind.CONNECTORS.stream()
        .flatMap(kind -> find(kind, nameOrAlias, parent).stream())
        .findFirst();
  }

  /// Finds a plug-in as a connector living in `near` sees it: its own directory's class wins over others.
  public Optional<Plugin> find(PluginKind kind, String nameOrAlias, ClassLoader near) {
    String wanted = nameOrAlias.trim();
    List<Plugin> exact = ofKind(kind).filter(plugin -> plugin.className().equals(wanted)).toList();
    if (!exact.isEmpty()) {
      return Optional.of(preferred(exact, near));
    }
    List<Plugin> byAlias = ofKind(kind).filter(plugin -> hasAlias(plugin, wanted)).toList();
    long names = byAlias.stream().map(Plugin::className).distinct().count();
    if (names > 1) {
      throw new ConnectException(
          "More than one "
              + kind.label()
              + " answers to "
              + wanted
              + ": "
              + byAlias.stream().map(Plugin::className).distinct().collect(Collectors.joining(", "))
              + "; use the full class name");
    }
    return names == 1 ? Optional.of(preferred(byAlias, near)) : onClassPath(kind, wanted);
  }

  private Stream<Plugin> ofKind(PluginKind kind) {
    return plugins.stream().filter(plugin -> plugin.kind() == kind);
  }

  private static Plugin preferred(List<Plugin> candidates, ClassLoader near) {
    return candidates.stream()
        .filter(plugin -> plugin.loader().equals(near))
        .findFirst()
        .orElse(
            candidates
                .getLast()); // isolated ones are found after the class path's and win over them
  }

  private static boolean hasAlias(Plugin plugin, String alias) {
    String simpleName = plugin.type().getSimpleName();
    return simpleName.equals(alias) || plugin.kind().pruned(simpleName).equals(alias);
  }

  private Optional<Plugin> onClassPath(PluginKind kind, String className) {
    String name = StockNames.standIn(className);
    try {
      Class<?> type = Class.forName(name, false, parent);
      boolean fits =
          kind.contract().isAssignableFrom(type)
              && Modifier.isPublic(type.getModifiers())
              && !Modifier.isAbstract(type.getModifiers());
      return fits ? Optional.of(new Plugin(kind, type, PluginScan.CLASS_PATH)) : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    for (PluginClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot close the loader of " + loader.location(), e);
      }
    }
  }
}
