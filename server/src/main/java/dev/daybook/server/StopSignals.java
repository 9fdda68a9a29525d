package dev.daybook.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/// The signals that ask a process to stop: SIGTERM, Ctrl-C (SIGINT), and SIGHUP, when its terminal is closed.
///
/// The JVM's own answer to them is to end as if it had died of them, with 143, 130 or 129, which systemd and others take for a
/// failure. Here they are a request like any other: who gets it closes what it runs, and ends with an exit code of its own.
public final class StopSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private StopSignals() {}

  /// Asks this to stop from now on, each time on a thread of its own, and not the JVM. Signals that are ignored, as SIGHUP below
  /// `nohup`, stay so.
  public static void ask(Runnable stop) {
    for (String name : NAMES) {
      try {
        handle(name, stop);
      } catch (InvocationTargetException | IllegalArgumentException e) {
        // Under -Xrs signals are the system's: it ends the process at once.
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("This JVM does not tell of signals", e);
      }
    }
  }

  /// By name: javac warns of each mention of sun.misc.Signal, which is all there is for this, and nothing silences it.
  private static void handle(String name, Runnable stop) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object stopping =
        Proxy.newProxyInstance(
            StopSignals.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> {
              stop.run();
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), stopping);
  }
}
