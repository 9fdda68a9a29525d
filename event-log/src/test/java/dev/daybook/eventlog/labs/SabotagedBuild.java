package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The main sources with a few lines made wrong, compiled into a folder. Nothing of the real build is touched.
///
/// In this process the folder's classes are met through [#load], beside all others of the module, tests included, so
/// that what is package-private stays together; another process puts the folder in front of its class path.
final class SabotagedBuild {
  private static final String PACKAGE = "dev.daybook.eventlog.";
  private static final Path SOURCES =
      Path.of(System.getProperty("basedir", ".")).resolve("src/main/java/dev/daybook/eventlog");

  private final Path classes;

  private SabotagedBuild(Path classes) {
    this.classes = classes;
  }

  /// Builds it into this folder.
  static SabotagedBuild of(Sabotage sabotage, Path classes) throws IOException {
    Files.createDirectories(classes);
    Map<String, String> sources = new LinkedHashMap<>();
    for (Sabotage.Edit edit : sabotage.edits()) {
      String before = sources.get(edit.file());
      sources.put(
          edit.file(),
          edited(before == null ? Files.readString(SOURCES.resolve(edit.file())) : before, edit));
    }
    if (!sources.isEmpty()) {
      compile(sources, classes);
    }
    return new SabotagedBuild(classes);
  }

  Path classes() {
    return classes;
  }

  /// The class of that name, and with it all of the module anew.
  Class<?> load(String name) throws ClassNotFoundException {
    Loader loader = new Loader(classes);
    loader.setDefaultAssertionStatus(true);
    return loader.loadClass(name);
  }

  /// A sabotage that does not find its place any more would catch nobody.
  private static String edited(String source, Sabotage.Edit edit) {
    int found = source.split(Pattern.quote(edit.text()), -1).length - 1;
    assertTrue(
        found == 1 || edit.everywhere() && found > 1,
        () -> edit.file() + " must hold this once, or the sabotage must follow it: " + edit.text());
    return source.replace(edit.text(), edit.replacement());
  }

  private static void compile(Map<String, String> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<JavaFileObject> units = new ArrayList<>();
      sources.forEach((file, source) -> units.add(new Source(file, source)));
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "-d",
                      classes.toString()),
                  null,
                  units)
              .call();
      if (!compiled) {
        throw new AssertionError("The sabotage does not compile: " + said);
      }
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    private Source(String file, String text) {
      super(URI.create("string:///" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /// Defines every class of the module itself, the sabotaged ones from their folder.
  private static final class Loader extends ClassLoader {
    private final Path classes;

    private Loader(Path classes) {
      super(SabotagedBuild.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> found = findLoadedClass(name);
        return found != null ? found : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      Path sabotaged = classes.resolve(file);
      try (InputStream in =
          Files.exists(sabotaged)
              ? Files.newInputStream(sabotaged)
              : getParent().getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
