package dev.daybook.auditui.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.auditui.value.Value.Field;
import dev.daybook.auditui.value.Value.Nil;
import dev.daybook.auditui.value.Value.Scalar;
import dev.daybook.auditui.value.Value.Sequence;
import dev.daybook.auditui.value.Value.Struct;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokensTest {
  @Test
  void writesNumbersAsText() {
    var json = Tokens.full(new Scalar("long", "9223372036854775807"));
    assertEquals("9223372036854775807", json.getString("text"));
  }

  @Test
  void saysHowManyItemsAGlanceLeavesOut() {
    var many = IntStream.range(0, 1_000).<Value>mapToObj(i -> new Scalar("int", "1")).toList();
    var json = Tokens.glance(new Sequence(many));
    assertEquals(1_000, json.getJsonArray("items").size() + json.getInteger("more"));
    assertTrue(json.getInteger("more") > 900);
  }

  @Test
  void cutsLongTextWithoutSplittingACharacter() {
    var json = Tokens.glance(new Scalar("string", "x".repeat(599) + "👩".repeat(300)));
    assertEquals("x".repeat(599) + "👩", json.getString("text"));
    assertEquals(598, json.getInteger("more"));
  }

  @Test
  void writesAValueNestedThousandsDeep() {
    Value value = new Nil();
    for (int i = 0; i < 5_000; i++) {
      value = new Struct("record", Optional.empty(), List.of(new Field("next", value)));
    }
    var text = Tokens.full(value).encode();
    assertTrue(text.contains("\"more\":1"), "the cut is said");
  }

  @Test
  void spellsOutHalfACharacterSoThatTheAnswerStaysUtf8() {
    var json = Tokens.full(new Scalar("string", "a\ud83d b\udc69 👩"));
    assertEquals("a\\ud83d b\\udc69 👩", json.getString("text"));
    assertEquals(json, new JsonObject(json.toBuffer()));
  }

  @Test
  void findsARowChangeInsideConnectsJsonEnvelope() {
    var payload =
        new Struct(
            "object",
            Optional.empty(),
            List.of(
                new Field("before", new Nil()),
                new Field("after", new Scalar("string", "row")),
                new Field("op", new Scalar("string", "c"))));
    var wrapped =
        new Struct(
            "object",
            Optional.empty(),
            List.of(new Field("schema", new Nil()), new Field("payload", payload)));
    var change = Envelope.of(wrapped).orElseThrow();
    assertEquals("c", change.op());
    assertEquals(new Scalar("string", "row"), change.row());
  }
}
