package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/// A request that Kafka's own classes would not write: of an API or version that there is not, or with a body that is none.
///
/// @param flexible whether its header ends as those of newer versions do
/// @param body in hexadecimal digits
record Oddity(String what, int api, int version, boolean flexible, String body) {
  static final List<Oddity> ALL =
      List.of(
          new Oddity("versions of a later day", ApiKeys.API_VERSIONS.id, 99, true, ""),
          new Oddity("versions with an old header", ApiKeys.API_VERSIONS.id, 99, false, ""),
          new Oddity("versions below none", ApiKeys.API_VERSIONS.id, -1, false, ""),
          new Oddity("versions without a body", ApiKeys.API_VERSIONS.id, 3, true, ""),
          new Oddity("a later version", ApiKeys.METADATA.id, 99, true, ""),
          new Oddity("a version that is gone", ApiKeys.FETCH.id, 0, false, ""),
          new Oddity("a produce version that is gone", ApiKeys.PRODUCE.id, 0, false, ""),
          new Oddity("an API that there is not", 999, 0, false, ""),
          new Oddity("an API below none", -1, 0, false, ""),
          new Oddity("no body", ApiKeys.METADATA.id, 1, false, ""),
          new Oddity("more than is there", ApiKeys.METADATA.id, 1, false, "00000909"),
          new Oddity("a count below none", ApiKeys.METADATA.id, 1, false, "fffffff7"),
          new Oddity("a last byte too many", ApiKeys.METADATA.id, 1, false, "0000000000"));

  String step() {
    return "Odd: " + what;
  }

  /// Only of ApiVersions can be said what an answer means whose version was never agreed upon.
  JsonNode ask(Wire wire) throws IOException {
    ByteBuffer answer = wire.askOddly(api, version, flexible, HexFormat.of().parseHex(body));
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    if (api != ApiKeys.API_VERSIONS.id) {
      return told.put("connection", "answered");
    }
    short understood = (short) (version == 3 ? 3 : 0);
    ApiVersionsResponseData versions =
        new ApiVersionsResponseData(new ByteBufferAccessor(answer), understood);
    told.put("errorCode", Errors.forCode(versions.errorCode()).name());
    return told.put("tellsOfItself", versions.apiKeys().find(ApiKeys.API_VERSIONS.id) != null);
  }
}
