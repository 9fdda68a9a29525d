package dev.daybook.connect.plugin;

import java.util.function.Supplier;

/// Sets the thread's context class loader for the length of a try block. Plug-ins look up their own services,
/// drivers and logging through that loader, so every call into foreign code is wrapped in one of these.
public final class LoaderSwap implements AutoCloseable {

  private final Thread thread;
  private final ClassLoader before;

  private LoaderSwap(Thread thread, ClassLoader before) {
    this.thread = thread;
    this.before = before;
  }

  public static LoaderSwap to(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    return new LoaderSwap(thread, before);
  }

  public static <T> T call(ClassLoader loader, Supplier<T> body) {
    try (LoaderSwap _ = to(loader)) {
      return body.get();
    }
  }

  public static void run(ClassLoader loader, Runnable body) {
    try (LoaderSwap _ = to(loader)) {
      body.run();
    }
  }

  @Override
  public void close() {
    thread.setContextClassLoader(before);
  }
}
