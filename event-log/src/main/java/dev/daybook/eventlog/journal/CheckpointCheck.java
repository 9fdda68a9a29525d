package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Looks at the checkpoint's slots as they lie, and changes nothing.
public record CheckpointCheck(List<Slot> slots) {
  private static final List<String> NAMES = List.of("slot-0", "slot-1");

  public CheckpointCheck {
    slots = List.copyOf(slots);
  }

  /// One slot.
  ///
  /// @param number tells the newer slot from the older; -1 when it is not whole
  /// @param marks empty when it is missing, not whole, or holds no checkpoint yet
  public record Slot(Path file, boolean exists, long number, Optional<CheckpointMarks> marks) {
    public boolean isDamaged() {
      return exists && number < 0;
    }
  }

  /// Reads both slots in this directory.
  ///
  /// @throws IOException when they cannot be read, or are of a newer version
  public static CheckpointCheck of(Disk disk, Path directory) throws IOException {
    List<Slot> slots = new ArrayList<>();
    for (String name : NAMES) {
      CheckpointSlot slot = CheckpointSlot.read(disk, directory.resolve(name));
      CheckpointFormat.Numbered content = slot.content();
      Optional<CheckpointMarks> marks =
          content == null || content.number() == 0
              ? Optional.empty()
              : Optional.of(content.marks());
      slots.add(new Slot(slot.path(), slot.exists(), slot.number(), marks));
    }
    return new CheckpointCheck(slots);
  }

  /// Whether there is no slot in this directory: so it is before the very first start, and nothing else is there then.
  public static boolean isMissing(Disk disk, Path directory) throws IOException {
    for (String name : NAMES) {
      if (disk.exists(directory.resolve(name))) {
        return false;
      }
    }
    return true;
  }

  /// The newest whole checkpoint.
  public Optional<CheckpointMarks> newest() {
    return slots.stream().max(Comparator.comparingLong(Slot::number)).flatMap(Slot::marks);
  }

  /// Whether there were slots and none of them is whole.
  public boolean isDamaged() {
    return !isMissing() && slots.stream().allMatch(slot -> slot.number() < 0);
  }

  /// Whether there is no slot at all.
  public boolean isMissing() {
    return slots.stream().noneMatch(Slot::exists);
  }
}
