package dev.daybook.eventlog.labs;

import java.util.List;

/// A known-bad build, and the lab that must tell it from the good one. If the labs do not catch what we broke on
/// purpose, they would not catch what we break by accident.
///
/// @param name what is broken
/// @param edits the lines that break it
/// @param probes who must catch it: the first that fails is enough
record Sabotage(String name, List<Edit> edits, List<Probe> probes) {
  /// A text of a file of the main sources, and what stands there instead.
  ///
  /// @param everywhere whether it may occur more than once, and all are replaced
  record Edit(String file, String text, String replacement, boolean everywhere) {
    Edit(String file, String text, String replacement) {
      this(file, text, replacement, false);
    }
  }

  /// A method of a test class, run in the sabotaged build: it must fail.
  ///
  /// @param seeds for methods that take a first seed and a number of seeds; 0 for tests without
  record Probe(String testClass, String method, long firstSeed, int seeds) {
    static Probe powerCuts(String testClass, long firstSeed, int seeds) {
      return new Probe(testClass, "cutPowerAtEveryChange", firstSeed, seeds);
    }

    static Probe failedForces(String testClass, long firstSeed, int seeds) {
      return new Probe(testClass, "failEveryForce", firstSeed, seeds);
    }

    static Probe test(String testClass, String method) {
      return new Probe(testClass, method, 0, 0);
    }
  }

  private static final String SHARD = "partition.ShardCrashTest";
  private static final String JOURNAL = "journal.JournalCrashTest";

  static final Sabotage SKIP_FORCE =
      new Sabotage(
          "skip the force",
          List.of(
              new Edit(
                  "journal/JournalFile.java",
                  "    file.force();\n    lastForceNs",
                  "    lastForceNs")),
          List.of(Probe.powerCuts(SHARD, 0, 12)));

  static final Sabotage RETRY_FORCE =
      new Sabotage(
          "retry a failed force",
          List.of(
              new Edit(
                  "journal/JournalFile.java",
                  "    file.force();\n    lastForceNs",
                  "    try {\n      file.force();\n    } catch (IOException e) {\n      file.force();\n    }\n    lastForceNs")),
          List.of(Probe.failedForces(SHARD, 5, 12)));

  static final Sabotage SKIP_MARKER =
      new Sabotage(
          "end a transaction without the marker of one partition",
          List.of(
              new Edit(
                  "transaction/EndMarkers.java",
                  "        .filter(this::isRefusedForNow)",
                  "        .skip(1)\n        .filter(this::isRefusedForNow)")),
          List.of(
              Probe.test(
                  "broker.TransactionsTest", "aCommitEndsTheTransactionInEachOfItsPartitions")));

  static final Sabotage END_IN_ANY_EPOCH =
      new Sabotage(
          "let the end of a transaction decide a later one",
          List.of(
              new Edit(
                  "transaction/Rules.java",
                  "boolean isNow = current.epoch() == producer.epoch() && current.producerId()",
                  "boolean isNow = current.producerId()")),
          List.of(
              Probe.test(
                  "transaction.RulesTest", "inVersionTwoALateEndNeverDecidesTheNextTransaction")));

  static final List<Sabotage> ALL =
      List.of(
          SKIP_FORCE,
          new Sabotage(
              "acknowledge before the force",
              List.of(
                  new Edit(
                      "partition/Appender.java",
                      "    if (!round.items().isEmpty()) {\n      force(round);\n    }\n    publish(round);\n",
                      "    publish(round);\n    if (!round.items().isEmpty()) {\n      force(round);\n    }\n")),
              List.of(Probe.powerCuts(SHARD, 0, 12))),
          new Sabotage(
              "answer a duplicate or a conflict before the force",
              List.of(
                  new Edit(
                      "partition/Appender.java",
                      "    } else {\n      round.reply(reply);\n    }",
                      "    } else if (results.stream().noneMatch(AppendResult.Appended.class::isInstance)) {\n"
                          + "      reply.run();\n"
                          + "    } else {\n"
                          + "      round.reply(reply);\n"
                          + "    }"),
                  new Edit(
                      "partition/Catalogue.java",
                      "    round.reply(() -> command.reply().complete(answer));",
                      "    if (answer instanceof CatalogDecision.Refused) {\n"
                          + "      command.reply().complete(answer);\n"
                          + "    } else {\n"
                          + "      round.reply(() -> command.reply().complete(answer));\n"
                          + "    }")),
              List.of(Probe.powerCuts(SHARD, 0, 12))),
          new Sabotage(
              "do not force directories",
              List.of(
                  new Edit(
                      "disk/DurableFiles.java",
                      "    disk.rename(from, to);\n    disk.forceDirectory(directoryOf(to));",
                      "    disk.rename(from, to);")),
              List.of(Probe.powerCuts(JOURNAL, 0, 40))),
          new Sabotage(
              "ignore the CRC",
              List.of(
                  new Edit(
                      "journal/JournalFile.java",
                      "    return (int) crc.getValue() == header.bodyCrc();",
                      "    return true;",
                      true)),
              List.of(Probe.powerCuts(JOURNAL, 0, 40))),
          RETRY_FORCE,
          new Sabotage(
              "let the high watermark be what is written",
              List.of(
                  new Edit(
                      "partition/Appender.java",
                      "    JournalEntry entry = new JournalEntry(journal.nextSequence(), round.items());",
                      "    for (Partition moved : round.moved()) {\n"
                          + "      moved.mark().advance(moved.appending().nextOffset());\n"
                          + "    }\n"
                          + "    JournalEntry entry = new JournalEntry(journal.nextSequence(), round.items());")),
              List.of(Probe.powerCuts(SHARD, 0, 12))),
          new Sabotage(
              "hand out producer ids again",
              List.of(
                  new Edit(
                      "partition/Catalogue.java",
                      "    this.nextProducerId = recovered.nextProducerId();",
                      "    this.nextProducerId = Math.max(0, recovered.nextProducerId() - PRODUCER_ID_BLOCK);")),
              List.of(Probe.powerCuts(SHARD, 6, 12))),
          new Sabotage(
              "remember one batch of a producer",
              List.of(
                  new Edit(
                      "partition/KnownProducer.java",
                      "REMEMBERED_BATCHES = 5;",
                      "REMEMBERED_BATCHES = 1;")),
              List.of(Probe.powerCuts(SHARD, 0, 12))),
          new Sabotage(
              "keep the index of what is cut",
              List.of(
                  new Edit(
                      "log/Segment.java",
                      "        // The kept indexes may know of what goes.\n        indexFiles.delete();\n",
                      ""),
                  new Edit(
                      "log/Segment.java",
                      "      // Of a former life, like the indexes beside it; those would not be written over.\n"
                          + "      indexFiles.delete();\n",
                      "")),
              List.of(Probe.test("log.StaleIndexTest", "*"))),
          new Sabotage(
              "believe a length",
              List.of(
                  new Edit(
                      "record/RecordBatch.java",
                      "sizeBytes < HEADER_BYTES || sizeBytes > leftBytes",
                      "sizeBytes < HEADER_BYTES")),
              List.of(
                  Probe.test("record.BatchCheckTest", "*"),
                  Probe.test("record.HostileRecordsTest", "*"))),
          new Sabotage(
              "compare and skip while recovering",
              List.of(
                  new Edit(
                      "log/Segment.java",
                      "    long runBytes = end.position() - start.position();\n",
                      "    long runBytes = end.position() - start.position();\n"
                          + "    ByteBuffer there = ByteBuffer.allocate((int) runBytes);\n"
                          + "    ByteBuffer wanted = ByteBuffer.allocate(there.capacity());\n"
                          + "    for (ByteBuffer source : sources) {\n"
                          + "      wanted.put(source.duplicate());\n"
                          + "    }\n"
                          + "    held.read(there, start.position());\n"
                          + "    if (there.flip().equals(wanted.flip())) {\n"
                          + "      return;\n"
                          + "    }\n")),
              List.of(Probe.failedForces(SHARD, 5, 20))),
          SKIP_MARKER,
          END_IN_ANY_EPOCH);
}
