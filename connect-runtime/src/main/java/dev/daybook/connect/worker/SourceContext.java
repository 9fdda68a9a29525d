package dev.daybook.connect.worker;

import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/// What a source task sees of the worker.
record SourceContext(
    Map<String, String> configs,
    OffsetStorageReader offsetStorageReader,
    PluginMetrics pluginMetrics)
    implements SourceTaskContext {}
