package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupRequest;
import java.net.InetAddress;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;

/// Who asks, in Kafka's words. Clients are not authenticated yet, so all of them are ANONYMOUS.
record Caller(int requestType, int requestVersion, String clientId, InetAddress clientAddress)
    implements AuthorizableRequestContext {

  static Caller of(GroupRequest<ApiMessage> request) {
    return new Caller(
        request.message().apiKey(), request.version(), request.clientId(), request.clientAddress());
  }

  @Override
  public String listenerName() {
    return SecurityProtocol.PLAINTEXT.name;
  }

  @Override
  public SecurityProtocol securityProtocol() {
    return SecurityProtocol.PLAINTEXT;
  }

  @Override
  public KafkaPrincipal principal() {
    return KafkaPrincipal.ANONYMOUS;
  }

  @Override
  public int correlationId() {
    return 0;
  }
}
