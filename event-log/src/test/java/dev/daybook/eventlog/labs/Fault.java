package dev.daybook.eventlog.labs;

import java.util.List;
import java.util.random.RandomGenerator;

/// A system call that is made to go wrong.
///
/// @param call what kind
/// @param effect what happens to it
/// @param nth of a thread's calls of this kind, from when the fault is armed
/// @param whileOpening whether it is armed before the log is opened; else once clients have come
record Fault(Call call, Effect effect, int nth, boolean whileOpening) {
  /// Kinds of system calls, by what a log does with them. Whose force it is that fails is a matter of luck with `FORCE`;
  /// `JOURNAL_FORCE` is that of an acknowledgement.
  enum Call {
    WRITE(List.of("pwrite64", "writev", "pwritev", "pwritev2"), 25),
    FORCE(List.of("fdatasync"), 15),
    JOURNAL_FORCE(List.of("fdatasync"), 8),
    FORCE_NAMES(List.of("fsync"), 6),
    RENAME(List.of("rename", "renameat", "renameat2"), 3),
    OPEN(List.of("openat"), 8);

    private final List<String> names;
    private final int usualMost;

    Call(List<String> names, int usualMost) {
      this.names = names;
      this.usualMost = usualMost;
    }
  }

  /// What happens.
  enum Effect {
    KILL("signal=SIGKILL"),
    EIO("error=EIO"),
    ENOSPC("error=ENOSPC");

    private final String injection;

    Effect(String injection) {
      this.injection = injection;
    }
  }

  /// A fault that a short life is likely to meet.
  static Fault draw(RandomGenerator random) {
    Call call = Call.values()[random.nextInt(Call.values().length)];
    Effect effect = Effect.values()[random.nextInt(Effect.values().length)];
    boolean whileOpening = random.nextInt(3) == 0;
    int most = whileOpening ? Math.min(call.usualMost, 8) : call.usualMost;
    return new Fault(call, effect, 1 + random.nextInt(most), whileOpening);
  }

  /// Of files with this end only; all, where it is empty.
  String files() {
    return call == Call.JOURNAL_FORCE ? ".journal" : "";
  }

  String names() {
    return String.join(",", call.names);
  }

  String injection() {
    return names() + ":" + effect.injection + ":when=" + nth;
  }

  @Override
  public String toString() {
    return "%s %d of a thread %s%s"
        .formatted(call, nth, effect, whileOpening ? " while opening" : " under load");
  }
}
