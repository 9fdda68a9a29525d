package dev.daybook.connect.plugin;

import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/// What a plug-in can be. The order is the order in which REST lists them.
public enum PluginKind {
  SINK(SinkConnector.class, "Connector"),
  SOURCE(SourceConnector.class, "Connector"),
  TRANSFORMATION(Transformation.class, "Transformation"),
  PREDICATE(Predicate.class, "Predicate"),
  CONVERTER(Converter.class, "Converter"),
  HEADER_CONVERTER(HeaderConverter.class, "HeaderConverter"),
  CONFIG_PROVIDER(ConfigProvider.class, "ConfigProvider");

  /// The two kinds a connector's `connector.class` may name.
  public static final List<PluginKind> CONNECTORS = List.of(SINK, SOURCE);

  private final Class<?> contract;
  private final String suffix;

  PluginKind(Class<?> contract, String suffix) {
    this.contract = contract;
    this.suffix = suffix;
  }

  /// The interface or base class a plug-in of this kind has.
  public Class<?> contract() {
    return contract;
  }

  /// The word for this kind in REST answers.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The simple name without the customary ending, so that `FileStreamSource` finds `FileStreamSourceConnector`.
  String pruned(String simpleName) {
    boolean endsSo = simpleName.endsWith(suffix) && simpleName.length() > suffix.length();
    return endsSo ? simpleName.substring(0, simpleName.length() - suffix.length()) : simpleName;
  }
}
