package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Topics that go while batches for them are under way.
class TopicDeletedUnderLoadTest {

  @Test
  void batchesDecidedBesideTheEndOfTheirTopicGiveTheirMemoryBack() throws IOException {
    SteppedShard scene = new SteppedShard();
    int bytes = 3 << 10;
    for (int i = 0; i <= SteppedShard.RETAINED_BYTES / bytes; i++) {
      Partition partition = scene.create("passing-" + i);
      scene.shard.deleteTopic(partition.topic().id());
      Append late = scene.append(partition, scene.batch(bytes));
      scene.step();
      assertTrue(late.durable().isDone(), "the appender waits at topic " + i);
    }

    Append next = scene.append(scene.create("lasting"), scene.batch(bytes));
    scene.step();

    assertInstanceOf(AppendResult.Appended.class, next.durable().join().getFirst());
    scene.shard.close();
  }

  @Test
  void aForeignFolderAmongThePartitionsDoesNotEndTheCheckpointer() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("passing");
    scene.append(partition, scene.batch(100));
    scene.step();
    scene.disk.createDirectories(Path.of("/data/shard-0/partitions/lost+found"));
    scene.shard.deleteTopic(partition.topic().id());

    scene.shard.settle();

    assertTrue(scene.disk.exists(Path.of("/data/shard-0/partitions/lost+found")));
    scene.shard.close();
  }
}
