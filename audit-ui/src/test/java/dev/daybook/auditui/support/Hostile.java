package dev.daybook.auditui.support;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Texts that try to become markup, script, another address or another order of letters, each as
/// key, as value, inside JSON and in a header's name and value.
public final class Hostile {
  public static final String TOPIC = "hostile";

  public static final List<String> TEXTS =
      List.of(
          "<script>window.pwned=1</script>",
          "<img src=x onerror=\"window.pwned=1\">",
          "<svg/onload=window.pwned=1>",
          "\"><iframe srcdoc=\"<script>parent.pwned=1</script>\">",
          "javascript:window.pwned=1",
          "</textarea></title></style><script>window.pwned=1</script>",
          "{{constructor.constructor('window.pwned=1')()}}${window.pwned=1}`",
          "<a href=\"javascript:window.pwned=1\">click</a>",
          "user\u202egnp.exe",
          "zero\u200bwidth",
          "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=window.pwned=1>");

  private Hostile() {}

  public static void produce(Scene scene) {
    scene.createTopic(TOPIC, 1);
    for (var text : TEXTS) {
      scene.send(record(text, text));
      scene.send(record(text, "{\"" + json(text) + "\":\"" + json(text) + "\"}"));
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String key, String value) {
    var record = new ProducerRecord<>(TOPIC, null, bytes(key), bytes(value));
    record.headers().add(key, bytes(key));
    return record;
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
