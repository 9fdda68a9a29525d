package dev.daybook.server;

import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import dev.daybook.registry.ContractCheck;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets the registry's contracts be checked where records are appended: the one place where the two meet. Until
/// the registry's copy is there, it fails closed: producers are asked to try again.
final class Contracts implements RecordValidator {
  private volatile @Nullable ContractCheck check;

  void use(ContractCheck loaded) {
    check = loaded;
  }

  @Override
  public Verdict validate(Topic topic, List<LogRecord> records) {
    ContractCheck contracts = check;
    if (contracts == null) {
      return new Verdict.NotReady("The schema registry is starting; try again");
    }
    List<RecordFault> faults = new ArrayList<>();
    for (int index = 0; index < records.size(); index++) {
      LogRecord record = records.get(index);
      Optional<Verdict> stop = check(contracts, topic, record.key(), true, index, faults);
      if (stop.isEmpty()) {
        stop = check(contracts, topic, record.value(), false, index, faults);
      }
      if (stop.isPresent()) {
        return stop.get();
      }
    }
    return faults.isEmpty() ? new Verdict.Accepted() : new Verdict.Refused(faults);
  }

  /// Checks one side of a record.
  ///
  /// @return what ends the whole check, if anything does; faults are added to the list
  private static Optional<Verdict> check(
      ContractCheck contracts,
      Topic topic,
      @Nullable ByteBuffer bytes,
      boolean key,
      int index,
      List<RecordFault> faults) {
    TopicConfig.ContractMode asked =
        key ? topic.config().keyContract() : topic.config().valueContract();
    ContractCheck.Mode mode =
        switch (asked) {
          case OFF -> ContractCheck.Mode.OFF;
          case ID -> ContractCheck.Mode.ID;
        };
    return switch (contracts.check(topic.name(), key, mode, bytes)) {
      case dev.daybook.registry.Verdict.Accepted() -> Optional.empty();
      case dev.daybook.registry.Verdict.NotReady(String reason) ->
          Optional.of(new Verdict.NotReady(reason));
      case dev.daybook.registry.Verdict.Refused(String reason) -> {
        faults.add(new RecordFault(index, reason));
        yield Optional.empty();
      }
    };
  }
}
