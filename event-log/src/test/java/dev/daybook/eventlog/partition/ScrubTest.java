package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.ForceFailedException;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.SealedSegment;
import dev.daybook.eventlog.log.SegmentFooter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sealed segments are read in the background: to prove them once, and to find rot ever after.
class ScrubTest {
  private static final ScrubPace PACE = new ScrubPace(1 << 20, Duration.ofDays(1));

  private SteppedShard stepped;
  private Partition partition;
  private Scrub scrub;

  @BeforeEach
  void writeThreeSegments() throws IOException {
    stepped = new SteppedShard();
    partition = stepped.create("orders", Map.of("segment.ms", "1000"));
    for (int i = 0; i < 3; i++) {
      stepped.append(partition, stepped.batch(3_000));
      stepped.step();
      stepped.clock.advance(Duration.ofSeconds(2));
    }
    scrub = stepped.shard.background().scrub(PACE);
  }

  @Test
  void provesWhatADurableCheckpointCountsAsSealedAndNothingElse() throws IOException {
    read();
    assertEquals(0, counts().proofs());

    stepped.shard.checkpointer().checkpointNow();
    read();

    assertEquals(2, counts().proofs());
    for (SealedSegment segment : segments()) {
      SegmentFooter footer = segment.footer().orElseThrow();
      assertEquals(1, footer.proof().orElseThrow().records());
      assertEquals(partition.id(), footer.partition());
    }
    stepped.disk.flipBit(
        segments().getFirst().path(), segments().getFirst().contentBytes() + 99, 1);
    scrub = stepped.shard.background().scrub(PACE);
    read();
    assertEquals(3, counts().proofs(), "a damaged proof is made again");
    assertTrue(segments().getFirst().footer().orElseThrow().proof().isPresent());
  }

  @Test
  void findsABitThatFlippedInTheNextRound() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    read();
    stepped.clock.advance(Duration.ofDays(1));
    read();
    assertEquals(0, counts().damaged());

    // One that a CRC covers, then one that only the hash does: in the batch's leader epoch.
    for (int at : new int[] {1_000, 12}) {
      long before = counts().damaged();
      stepped.disk.flipBit(segments().getFirst().path(), at, 6);
      stepped.clock.advance(Duration.ofDays(1));
      read();
      assertEquals(before + 1, counts().damaged(), "byte " + at);
      assertTrue(partition.damage().isOpen(), "known from now on");
      stepped.disk.flipBit(segments().getFirst().path(), at, 6);
    }
  }

  @Test
  void goesNoFasterThanItsPaceAndGivesWayToTheJournal() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    assertEquals(1, scrub.doWork());
    assertEquals(0, scrub.doWork(), "some 3 KB take some 3 ms");
    long idleNs = scrub.idleNs();
    assertTrue(idleNs > 2_000_000 && idleNs < 4_000_000, () -> "idle for " + idleNs);

    for (int i = 0; i < 20; i++) {
      stepped.append(partition, stepped.batch(10));
      stepped.step();
    }
    stepped.clock.advance(Duration.ofMillis(200));
    assertEquals(1, scrub.doWork());
    assertTrue(scrub.idleNs() > 20_000_000, () -> "idle for " + scrub.idleNs());
  }

  @Test
  void readsAllOnceInARoundAndGoesOnWhereItWas() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    read();
    assertEquals(4, counts().segments(), "each for its proof, and each in the first round");
    stepped.clock.advance(Duration.ofHours(23));
    read();
    assertEquals(4, counts().segments());

    stepped.clock.advance(Duration.ofHours(2));
    scrub.doWork();
    assertEquals(5, counts().segments());
    scrub = stepped.shard.background().scrub(PACE);
    stepped.clock.advance(Duration.ofSeconds(1));
    read();
    assertEquals(6, counts().segments(), "the second one only");
  }

  @Test
  void survivesADiskThatDoesNotGiveASegment() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    // The first reads are for the footers.
    stepped.disk.failAt(SimulatedDisk.Operation.READ, 3);
    read();
    assertEquals(1, counts().damaged());
    assertEquals(2, counts().proofs(), "both in the round that follows");
  }

  @Test
  void aProofThatFindsNoRoomIsNoDamageAndIsWrittenLater() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    // Without its footer a segment must grow for its proof.
    for (SealedSegment segment : segments()) {
      try (DiskFile file = stepped.disk.open(segment.path())) {
        file.truncate(segment.contentBytes());
      }
    }
    stepped.disk.limitBytes(0);

    read();

    assertEquals(0, counts().damaged());
    assertEquals(0, counts().proofs());
    stepped.disk.limitBytes(1 << 20);
    stepped.clock.advance(Duration.ofDays(1));
    read();
    assertEquals(2, counts().proofs());
    assertEquals(0, counts().damaged());
  }

  @Test
  void damageThatFindsNoRoomToBeWrittenDownIsKnownAllTheSame() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    stepped.disk.flipBit(segments().getFirst().path(), 1_000, 6);
    stepped.disk.limitBytes(0);

    read();

    assertEquals(2, counts().damaged(), "once for its proof, once in the first round");
    assertTrue(partition.damage().isOpen());
  }

  /// Lets time pass until there is nothing to read.
  @Test
  void doesNotGoOnAfterAForceOfAProofFailed() throws IOException {
    stepped.shard.checkpointer().checkpointNow();
    stepped.disk.failAt(SimulatedDisk.Operation.FORCE, 1);
    assertThrows(ForceFailedException.class, this::read);
  }

  private void read() throws IOException {
    stepped.clock.advance(Duration.ofSeconds(10));
    while (scrub.doWork() > 0) {
      stepped.clock.advance(Duration.ofSeconds(1));
    }
  }

  private ScrubCounts counts() {
    return stepped.shard.background().scrubbed();
  }

  private List<SealedSegment> segments() {
    Path folder = Path.of("/data/shard-0/partitions").resolve(partition.id().directoryName());
    List<SealedSegment> segments = stepped.shard.sealedSegments(partition.id());
    segments.forEach(segment -> assertEquals(folder, segment.path().getParent()));
    return segments;
  }
}
