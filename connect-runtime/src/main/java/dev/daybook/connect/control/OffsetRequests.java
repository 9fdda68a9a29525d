package dev.daybook.connect.control;

import dev.daybook.connect.control.Refused.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;

/// Requests about offsets, in the words of REST. Changes wait their turn on the connector's thread, so they never meet a
/// task that is still stopping.
public final class OffsetRequests {

  private static final long TIMEOUT_S = 60;

  private final Connectors connectors;
  private final ConnectorOffsets offsets;

  public OffsetRequests(Connectors connectors) {
    this.connectors = connectors;
    this.offsets = new ConnectorOffsets(connectors.facility());
  }

  /// `[{"partition": {…}, "offset": {…}}, …]`
  public List<Map<String, Object>> read(String name) {
    List<Map<String, Object>> lines = new ArrayList<>();
    offsets
        .read(connectors.get(name))
        .forEach(
            line -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("partition", line.partition());
              fields.put("offset", line.offset());
              lines.add(fields);
            });
    return lines;
  }

  public String alter(String name, List<?> lines) {
    List<ConnectorOffsets.Line> parsed = lines.stream().map(OffsetRequests::line).toList();
    return whenStopped(name, entry -> offsets.alter(entry, parsed));
  }

  public String reset(String name) {
    return whenStopped(name, offsets::reset);
  }

  private interface Work {
    String on(ConnectorEntry entry);
  }

  private String whenStopped(String name, Work work) {
    connectors.get(name);
    return await(
        name,
        () -> {
          ConnectorEntry entry = connectors.get(name);
          if (entry.target() != TargetState.STOPPED || !entry.tasks().isEmpty()) {
            throw new Refused(
                Reason.BAD_REQUEST,
                "Connectors must be in the STOPPED state before their offsets can be modified."
                    + " This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/"
                    + name
                    + "/stop' endpoint");
          }
          return work.on(entry);
        });
  }

  private String await(String name, Callable<String> work) {
    try {
      return connectors.host(name).call(work).get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new ConnectException("The offsets of " + name + " could not be changed", e.getCause());
    } catch (TimeoutException e) {
      throw new ConnectException("The connector " + name + " is busy; try again later", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while waiting for " + name, e);
    }
  }

  private static ConnectorOffsets.Line line(Object line) {
    if (line instanceof Map<?, ?> fields
        && fields.get("partition") instanceof Map<?, ?> partition) {
      Object offset = fields.get("offset");
      if (offset == null) {
        return new ConnectorOffsets.Line(strings(partition), null);
      } else if (offset instanceof Map<?, ?> values) {
        return new ConnectorOffsets.Line(strings(partition), strings(values));
      }
    }
    throw new Refused(
        Reason.BAD_REQUEST,
        "Each entry of 'offsets' needs a 'partition' object and an 'offset' object or null");
  }

  private static Map<String, Object> strings(Map<?, ?> fields) {
    Map<String, Object> copy = new LinkedHashMap<>();
    fields.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
