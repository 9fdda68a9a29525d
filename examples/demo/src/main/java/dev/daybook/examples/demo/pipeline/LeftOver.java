package dev.daybook.examples.demo.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Ends what a demo that was killed left running. The caller holds the folder's lock, so nobody else uses it.
public final class LeftOver {
  private static final long PATIENCE_SECONDS = 60;

  private LeftOver() {}

  /// Ends the process whose number is in the file's first line, if it still runs and works on this folder.
  public static void end(Path pidFile, Path folder) throws IOException {
    if (!Files.exists(pidFile)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().trim());
    Optional<ProcessHandle> left = ProcessHandle.of(pid).filter(process -> isOn(folder, process));
    if (left.isPresent()) {
      left.get().destroy();
      left.get().onExit().completeOnTimeout(left.get(), PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /// A number may have been given to another process since.
  private static boolean isOn(Path folder, ProcessHandle process) {
    String[] arguments = process.info().arguments().orElse(new String[0]);
    return Arrays.asList(arguments).contains(folder.toString());
  }
}
