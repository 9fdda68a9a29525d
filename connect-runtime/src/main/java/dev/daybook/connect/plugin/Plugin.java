package dev.daybook.connect.plugin;

import java.lang.reflect.InvocationTargetException;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.errors.ConnectException;

/// One class that can be hosted, with the loader it lives in and where it was found (`classpath` or a directory).
public record Plugin(PluginKind kind, Class<?> type, String location) {

  /// What REST shows for a plug-in that does not tell its version.
  public static final String UNDEFINED_VERSION = "undefined";

  public String className() {
    return type.getName();
  }

  public ClassLoader loader() {
    return type.getClassLoader();
  }

  /// A fresh instance, made with the plug-in's own loader as context loader.
  public <T> T create(Class<T> as) {
    try (LoaderSwap _ = LoaderSwap.to(loader())) {
      return as.cast(type.getDeclaredConstructor().newInstance());
    } catch (InvocationTargetException e) {
      throw new ConnectException("The constructor of " + className() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ConnectException(className() + " needs a public constructor without parameters", e);
    }
  }

  /// The version the plug-in tells about itself; asking makes an instance, so a broken plug-in answers `undefined`.
  public String version() {
    if (!Versioned.class.isAssignableFrom(type)) {
      return UNDEFINED_VERSION;
    }
    try (LoaderSwap _ = LoaderSwap.to(loader())) {
      String version = create(Versioned.class).version();
      return version == null ? UNDEFINED_VERSION : version;
    } catch (RuntimeException | LinkageError e) {
      return UNDEFINED_VERSION;
    }
  }
}
