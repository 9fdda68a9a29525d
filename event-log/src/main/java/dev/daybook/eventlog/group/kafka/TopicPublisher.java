package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the coordinator which topics there are. Owner of the image is one thread: the coordinator takes a
/// topic's removal only when its offsets are durably gone, and neither the appender's thread nor an event loop
/// may wait for that.
final class TopicPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicPublisher.class);

  private final GroupLog log;
  private final GroupCoordinatorService service;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("group-topics").factory());
  private MetadataImage image = MetadataImage.EMPTY;
  private long imageCount;
  private volatile TopicCatalog published = TopicCatalog.empty();

  TopicPublisher(GroupLog log, GroupCoordinatorService service) {
    this.log = log;
    this.service = service;
  }

  /// Called where the log is written, so it only queues.
  void changed() {
    try {
      thread.execute(this::publish);
    } catch (RejectedExecutionException e) {
      LOG.debug("topics changed after the coordinator's end");
    }
  }

  /// Completes when the coordinator knows all topics there are now, and no more than those.
  CompletableFuture<Void> caughtUp() {
    if (published == log.topics()) {
      return CompletableFuture.completedFuture(null);
    }
    try {
      return CompletableFuture.runAsync(this::publish, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Has the coordinator forget offsets of topics that were deleted while it was not there to be told.
  CompletableFuture<Void> forget(Set<CommittedTopic> committed) {
    return CompletableFuture.runAsync(
        () ->
            committed.stream()
                .filter(topic -> topic.isGone(log.topics()))
                .forEach(topic -> remove(topic.name(), topic.id())),
        thread);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void publish() {
    TopicCatalog before = published;
    TopicCatalog now = log.topics();
    List<Uuid> gone =
        before.all().stream()
            .filter(topic -> now.byId(topic.id()).isEmpty())
            .map(topic -> TopicImages.uuid(topic.id()))
            .toList();
    List<Topic> created =
        now.all().stream().filter(topic -> before.byId(topic.id()).isEmpty()).toList();
    Map<Topic, Integer> grown = new HashMap<>();
    for (Topic topic : now.all()) {
      before
          .byId(topic.id())
          .map(Topic::partitions)
          .filter(partitions -> partitions < topic.partitions())
          .ifPresent(partitions -> grown.put(topic, partitions));
    }
    // Removals first and by themselves: a topic may have been deleted and created anew under its
    // name.
    if (!gone.isEmpty()) {
      tell(TopicImages.removal(image, gone));
    }
    if (!created.isEmpty()) {
      tell(TopicImages.creation(image, created));
    }
    if (!grown.isEmpty()) {
      tell(TopicImages.growth(image, grown));
    }
    published = now;
  }

  private void tell(MetadataDelta delta) {
    image = delta.apply(provenance());
    service.onMetadataUpdate(delta, image);
  }

  /// The coordinator forgets a topic only when it sees it go, so it is shown one that goes.
  private void remove(String name, Uuid id) {
    Uuid shown = id.equals(Uuid.ZERO_UUID) ? Uuid.randomUuid() : id;
    MetadataDelta past = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
    past.replay(new TopicRecord().setName(name).setTopicId(shown));
    MetadataDelta removal = TopicImages.removal(past.apply(provenance()), List.of(shown));
    service.onMetadataUpdate(removal, image);
  }

  private MetadataProvenance provenance() {
    return new MetadataProvenance(++imageCount, 1, imageCount, true);
  }
}
