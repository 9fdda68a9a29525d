package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupSettings;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;

/// The settings of groups as Kafka wants to have them.
final class KafkaSettings {
  private static final ConfigDef DEFINITIONS = definitions();

  private final GroupCoordinatorConfig coordinator;
  private final ShareGroupConfig shareGroups;

  /// @throws ConfigException when a name or a value is wrong; says which and why
  KafkaSettings(GroupSettings settings) {
    refuseUnknown(settings.given().keySet());
    AbstractConfig all = new AbstractConfig(DEFINITIONS, settings.inForce(), false);
    try {
      this.coordinator = new GroupCoordinatorConfig(all);
      this.shareGroups = new ShareGroupConfig(all);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  GroupCoordinatorConfig coordinator() {
    return coordinator;
  }

  /// Settings of single groups, of which none can be given yet.
  GroupConfigManager newGroupSettings() {
    return new GroupConfigManager(Map.of(), coordinator, shareGroups);
  }

  private static void refuseUnknown(Set<String> names) {
    for (String name : names) {
      if (!DEFINITIONS.names().contains(name)) {
        throw new ConfigException("There is no group setting '" + name + "'");
      }
    }
  }

  private static ConfigDef definitions() {
    ConfigDef both = new ConfigDef(GroupCoordinatorConfig.CONFIG_DEF);
    ShareGroupConfig.CONFIG_DEF.configKeys().values().forEach(both::define);
    return both;
  }
}
