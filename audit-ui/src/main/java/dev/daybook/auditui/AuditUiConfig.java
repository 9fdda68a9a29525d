package dev.daybook.auditui;

import dev.daybook.auditui.log.Limits;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// What the page is connected to. `clientProperties` go to every Kafka client it opens (security,
/// mostly); registry and Connect are optional, and the page says so where it would need them.
public record AuditUiConfig(
    String bootstrapServers,
    Map<String, String> clientProperties,
    Optional<URI> registryUrl,
    Optional<URI> connectUrl,
    Limits limits) {

  public AuditUiConfig {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrapServers is empty: give at least one host:port");
    }
    clientProperties = Map.copyOf(clientProperties);
  }

  public static AuditUiConfig of(String bootstrapServers) {
    return new AuditUiConfig(
        bootstrapServers, Map.of(), Optional.empty(), Optional.empty(), Limits.DEFAULT);
  }

  public AuditUiConfig withRegistry(URI url) {
    return new AuditUiConfig(
        bootstrapServers, clientProperties, Optional.of(url), connectUrl, limits);
  }

  public AuditUiConfig withConnect(URI url) {
    return new AuditUiConfig(
        bootstrapServers, clientProperties, registryUrl, Optional.of(url), limits);
  }

  public AuditUiConfig withLimits(Limits changed) {
    return new AuditUiConfig(bootstrapServers, clientProperties, registryUrl, connectUrl, changed);
  }
}
