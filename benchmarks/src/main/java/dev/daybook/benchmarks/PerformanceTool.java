package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Kafka's own load tools, each run in a JVM of its own, and what they print.
final class PerformanceTool {
  private static final Pattern PRODUCED =
      Pattern.compile("([\\d.]+) records/sec \\(.*?(\\d+) ms 50th.*?(\\d+) ms 99th");
  private static final int FETCH_RATE_COLUMN = 8;

  private final Commands commands;
  private final Path output;

  PerformanceTool(Commands commands, Path output) {
    this.commands = commands;
    this.output = output;
  }

  /// What ProducerPerformance said last: the figures after its warm-up.
  record Produced(double recordsPerSecond, double p50Ms, double p99Ms) {}

  /// @param throughput records a second, -1 for as fast as it goes
  Produced produce(
      ServerProcess server,
      String topic,
      int recordBytes,
      long warmupRecords,
      long records,
      int throughput,
      List<String> properties)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--bootstrap-server", server.bootstrap(), "--topic", topic));
    arguments.addAll(List.of("--record-size", Integer.toString(recordBytes)));
    arguments.addAll(List.of("--num-records", Long.toString(warmupRecords + records)));
    arguments.addAll(List.of("--warmup-records", Long.toString(warmupRecords)));
    arguments.addAll(List.of("--throughput", Integer.toString(throughput)));
    arguments.addAll(List.of("--command-property", "acks=all"));
    arguments.addAll(properties);
    String said = run("org.apache.kafka.tools.ProducerPerformance", arguments);
    return said.lines()
        .map(PRODUCED::matcher)
        .filter(Matcher::find)
        .map(found -> new Produced(number(found, 1), number(found, 2), number(found, 3)))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new IOException("ProducerPerformance said:\n" + said));
  }

  /// MB a second while fetching: joining the group is not counted.
  ///
  /// @return bytes a second
  double consume(ServerProcess server, String topic, long records)
      throws IOException, InterruptedException {
    String said =
        run(
            "org.apache.kafka.tools.ConsumerPerformance",
            List.of(
                "--bootstrap-server",
                server.bootstrap(),
                "--topic",
                topic,
                "--num-records",
                Long.toString(records),
                "--timeout",
                "60000",
                "--hide-header"));
    String[] columns =
        said.lines()
            .filter(line -> line.split(",", -1).length > FETCH_RATE_COLUMN)
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> new IOException("ConsumerPerformance said:\n" + said))
            .split(",", -1);
    return Double.parseDouble(columns[FETCH_RATE_COLUMN].trim()) * (1 << 20);
  }

  private String run(String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    return Child.runToEnd(commands.kafkaTool(mainClass, arguments), output.resolve("tool.log"));
  }

  private static double number(Matcher found, int group) {
    return Double.parseDouble(found.group(group));
  }
}
