package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sealed segment says where its batches end. Whatever becomes of that, nobody reads more or less than the batches.
class SegmentFooterTest {
  @TempDir Path folder;
  private LogScene scene;
  private LogEnd end;

  @BeforeEach
  void writeALogWithASealedSegment() throws IOException {
    scene = new LogScene(new FileDisk(), folder, 5, 200);
    scene.append(6);
    scene.roll();
    scene.append(2);
    end = scene.log.end();
    scene.log.force();
    scene.log.close();
  }

  @Test
  void endsASealedSegmentsFileAndNoOther() throws IOException {
    long contentBytes = contentBytes();
    byte[] file = Files.readAllBytes(sealed());
    assertEquals(contentBytes + SegmentFooter.BYTES, file.length);
    assertEquals(
        Optional.of(
            new SegmentFooter(
                LogScene.ID, 0, end.segmentBaseOffset(), contentBytes, Optional.empty())),
        SegmentFooter.decode(
            ByteBuffer.wrap(Arrays.copyOfRange(file, (int) contentBytes, file.length))));
    assertEquals(end.segmentPosition(), Files.size(scene.file(end.segmentBaseOffset(), ".log")));
    reopenAndCompare();
  }

  @Test
  void isNotReadWhicheverOfItsBytesIsFlipped() throws IOException {
    byte[] whole = Files.readAllBytes(sealed());
    for (int i = (int) contentBytes(); i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      Files.write(sealed(), flipped);
      reopenAndCompare();
    }
  }

  @Test
  void isNotReadWhereverItIsCutOffNorWhatStandsBehindIt() throws IOException {
    byte[] whole = Files.readAllBytes(sealed());
    for (int size = (int) contentBytes(); size < whole.length + 40; size += 3) {
      Files.write(sealed(), Arrays.copyOf(whole, size));
      reopenAndCompare();
    }
  }

  @Test
  void isNotMissedWithoutAnIndex() throws IOException {
    byte[] whole = Files.readAllBytes(sealed());
    for (int size : new int[] {(int) contentBytes(), (int) contentBytes() + 50, whole.length + 9}) {
      Files.write(sealed(), Arrays.copyOf(whole, size));
      Files.deleteIfExists(scene.file(0, ".index"));
      reopenAndCompare();
    }
  }

  @Test
  void damagedTogetherWithABatchLeavesTheRestToBeRead() throws IOException {
    byte[] file = Files.readAllBytes(sealed());
    ByteBuffer first = scene.model.batches().getFirst();
    file[first.remaining() + 16] ^= 1;
    file[file.length - SegmentFooter.BYTES + 20] ^= 1;
    Files.write(sealed(), file);
    Files.delete(scene.file(0, ".index"));

    scene.open(end);

    scene.assertSameRead(0, 1);
    scene.assertSameRead(end.segmentBaseOffset(), 1_000);
    assertEquals(contentBytes() + end.segmentPosition(), scene.log.sizeBytes());
  }

  @Test
  void keepsItsProofWithIt() {
    ContentProof proof = new ContentProof("0123456789abcdef".repeat(4), 3, 17, -1, 99);
    SegmentFooter footer = new SegmentFooter(LogScene.ID, 5, 22, 1_000, Optional.of(proof));
    ByteBuffer bytes = footer.encode();
    assertEquals(Optional.of(footer), SegmentFooter.decode(bytes));

    for (int i = SegmentFooter.SEAL_BYTES; i < SegmentFooter.BYTES; i++) {
      ByteBuffer flipped = ByteBuffer.allocate(SegmentFooter.BYTES).put(bytes.duplicate()).flip();
      flipped.put(i, (byte) (flipped.get(i) ^ 1));
      assertTrue(SegmentFooter.decode(flipped).orElseThrow().proof().isEmpty(), "byte " + i);
    }
  }

  private Path sealed() {
    return scene.file(0, ".log");
  }

  private long contentBytes() {
    return scene.model.bytes().remaining() - end.segmentPosition();
  }

  private void reopenAndCompare() throws IOException {
    scene.open(end);
    scene.assertSameReads();
    scene.assertSameTimes();
    assertEquals(scene.model.bytes().remaining(), scene.log.sizeBytes());
    scene.log.close();
  }
}
