package dev.daybook.connect.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The loader of one plug-in directory. A class is looked for in the plug-in's own jars first, unless it is one that
/// plug-in and runtime must share ([ParentFirst]), so that two plug-ins may bring clashing versions of a library.
public final class PluginClassLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final Path location;

  PluginClassLoader(Path location, List<URL> jars, ClassLoader parent) {
    super("plugin " + location.getFileName(), jars.toArray(URL[]::new), parent);
    this.location = location;
  }

  public Path location() {
    return location;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null && !ParentFirst.matches(name)) {
        found = findOwn(name);
      }
      if (found == null) {
        return super.loadClass(name, resolve);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private @Nullable Class<?> findOwn(String name) {
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      return null; // not in the plug-in's jars: the parent is asked next
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    URL own = findResource(name);
    return own != null ? own : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    for (URL url : Collections.list(getParent().getResources(name))) {
      if (!all.contains(url)) {
        all.add(url);
      }
    }
    return Collections.enumeration(all);
  }
}
