package dev.daybook.connect.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the concrete descendants of a type in a plug-in's jars by reading class files, without loading any class:
/// a connector brings thousands of classes, and loading one may run into optional dependencies that are not there.
final class ClassScan {

  private static final Logger LOG = LoggerFactory.getLogger(ClassScan.class);

  private record Shape(boolean instantiable, List<String> parents) {}

  private final Map<String, Shape> shapes = new HashMap<>();
  private final ClassLoader loader;

  ClassScan(Collection<Path> jars, ClassLoader loader) {
    this.loader = loader;
    jars.forEach(this::readJar);
  }

  /// Names of the public, concrete classes with a public constructor without parameters that are a `contract`.
  Set<String> concrete(Class<?> contract) {
    Set<String> found = new HashSet<>();
    shapes.forEach(
        (name, shape) -> {
          if (shape.instantiable() && descends(name, contract, new HashSet<>())) {
            found.add(name);
          }
        });
    return found;
  }

  private boolean descends(String name, Class<?> contract, Set<String> seen) {
    if (name.equals(contract.getName())) {
      return true;
    }
    if (!seen.add(name)) {
      return false;
    }
    Shape shape = shapes.get(name);
    if (shape != null) {
      return shape.parents().stream().anyMatch(parent -> descends(parent, contract, seen));
    }
    return !name.startsWith("java.") && outsideDescends(name, contract);
  }

  private boolean outsideDescends(String name, Class<?> contract) {
    try {
      return contract.isAssignableFrom(Class.forName(name, false, loader));
    } catch (ClassNotFoundException | LinkageError e) {
      return false; // an optional dependency that is not installed
    }
  }

  private void readJar(Path jar) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      List<JarEntry> classes = new ArrayList<>(file.stream().filter(ClassScan::isClass).toList());
      for (JarEntry entry : classes) {
        try (InputStream in = file.getInputStream(entry)) {
          read(in.readAllBytes());
        } catch (IllegalArgumentException e) {
          LOG.debug("{} in {} is not a class file this Java can read", entry.getName(), jar);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the plug-in jar " + jar + "; is the file damaged?", e);
    }
  }

  private static boolean isClass(JarEntry entry) {
    String name = entry.getName();
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.endsWith("-info.class");
  }

  private void read(byte[] bytes) {
    ClassModel model = ClassFile.of().parse(bytes);
    List<String> parents = new ArrayList<>();
    model.superclass().ifPresent(parent -> parents.add(dotted(parent.asInternalName())));
    model.interfaces().forEach(parent -> parents.add(dotted(parent.asInternalName())));
    shapes.put(
        dotted(model.thisClass().asInternalName()), new Shape(isInstantiable(model), parents));
  }

  private static boolean isInstantiable(ClassModel model) {
    boolean concrete =
        model.flags().has(AccessFlag.PUBLIC) && !model.flags().has(AccessFlag.ABSTRACT);
    return concrete
        && model.methods().stream()
            .anyMatch(
                method ->
                    method.methodName().equalsString("<init>")
                        && method.methodType().equalsString("()V")
                        && method.flags().has(AccessFlag.PUBLIC));
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
