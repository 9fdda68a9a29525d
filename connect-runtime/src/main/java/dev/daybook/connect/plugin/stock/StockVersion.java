package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.utils.AppInfoParser;

/// These converters follow Kafka's of the same names, so they carry its version.
final class StockVersion {

  static final String VERSION = AppInfoParser.getVersion();

  private StockVersion() {}
}
