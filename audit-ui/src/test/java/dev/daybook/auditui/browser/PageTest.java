package dev.daybook.auditui.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.daybook.auditui.support.Hostile;
import dev.daybook.auditui.support.Orders;
import dev.daybook.auditui.support.Scene;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a person sees and does on the page, in the system's Chromium on a real log.
@NeedsChromium
class PageTest {
  private static Chromium chromium;
  private static Scene scene;

  @BeforeAll
  static void open() {
    if (!Chromium.expected()) {
      return;
    }
    chromium = Chromium.launch();
    scene = Scene.open();
    var orders = new Orders(scene.registry);
    scene.createTopic(Orders.TOPIC, 1);
    scene.sendAll(orders.story(40));
    scene.send(orders.insert(Orders.remarkable()));
  }

  @AfterAll
  static void close() {
    if (scene != null) {
      scene.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  private static Window window(String hash) {
    return chromium.open(scene.url()).go(hash);
  }

  @Test
  void listsTopicsWithWhatTheyHold() {
    try (var window = window("")) {
      var row = window.rows().filter(new Locator.FilterOptions().setHasText(Orders.TOPIC));
      assertThat(row).containsText("149");
      row.locator("a").click();
      assertThat(window.heading()).hasText(Orders.TOPIC);
    }
  }

  @Test
  void browsesNewestFirstAndSaysWhatIsCovered() {
    try (var window = window("#/t/" + Orders.TOPIC)) {
      assertThat(window.rows()).hasCount(100);
      assertThat(window.rows().first()).containsText("0@148");
      assertThat(window.coverage()).containsText("Stopped at 100 events found");
      assertThat(window.coverage()).containsText("partition 0: offsets 49–148");
      window.button("Older events").click();
      assertThat(window.rows()).hasCount(149);
      assertThat(window.coverage()).containsText("Complete");
      assertThat(window.coverage()).containsText("149 events scanned");
      assertThat(window.coverage()).containsText("offsets 0–148");
    }
  }

  @Test
  void showsOneEventWithEveryDigitAndTheEmoji() {
    try (var window = window("#/t/" + Orders.TOPIC + "/0/148")) {
      assertThat(window.heading()).hasText(Orders.TOPIC + "/0@148");
      var change = window.page.locator("table.change");
      assertThat(change).containsText("9007199254740993");
      assertThat(change).containsText("12345678901234567890123456789.000000001");
      assertThat(change).containsText(Orders.EMOJI);
      assertThat(window.page.getByLabel("Key", exact())).containsText("9007199254740993");
      assertThat(window.page.getByLabel("Headers")).containsText("9f2c41d07be34a11");
      assertThat(window.page.locator(".ledger")).containsText(Pattern.compile("\\d\\.\\d{3} UTC"));
      assertThat(window.page.locator(".ledger")).containsText(Pattern.compile("GMT\\+0?[12]"));
      assertThat(window.page.getByLabel("Value", exact()))
          .containsText("schema 101 shop.public.orders.Envelope");
    }
  }

  private static Page.GetByLabelOptions exact() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  @Test
  void marksWhatAnUpdateChanged() {
    try (var window = window("#/t/" + Orders.TOPIC + "/0/1")) {
      var differing = window.page.locator("table.change tr.differs");
      assertThat(differing).hasCount(2);
      assertThat(differing.first()).containsText("NEW");
      assertThat(differing.first()).containsText("PAID");
      assertThat(differing.first()).containsText("changed");
    }
  }

  @Test
  void findsATextAndKeepsTheSearchInTheAddress() {
    try (var window = window("#/t/" + Orders.TOPIC)) {
      window.page.getByLabel("Contains").fill("9007199254740993");
      window.button("Search").click();
      assertThat(window.rows()).hasCount(1);
      assertThat(window.coverage()).containsText("149 events scanned");
      assertTrue(window.page.url().endsWith("?contains=9007199254740993"));
    }
  }

  @Test
  void goesStraightToAPastedPosition() {
    try (var window = window("")) {
      window.page.locator("[data-goto]").fill(Orders.TOPIC + "/0@3");
      window.page.keyboard().press("Enter");
      assertThat(window.heading()).hasText(Orders.TOPIC + "/0@3");
    }
  }

  @Test
  void followsATopicLiveAndPausesWithoutLosingCount() {
    scene.createTopic("live", 1);
    try (var window = window("#/t/live/live")) {
      assertThat(window.page.locator(".pulse")).hasText("live");
      send("live", 0, 3);
      assertThat(window.rows()).hasCount(3);
      assertThat(window.rows().first()).containsText("event 2");
      window.button("Pause").click();
      send("live", 3, 5);
      assertThat(window.page.locator(".counts")).containsText("2 waiting");
      assertThat(window.rows()).hasCount(3);
      window.button("Continue").click();
      assertThat(window.rows()).hasCount(5);
      assertThat(window.page.locator("[data-dropped]")).hasText("0 events dropped");
    }
  }

  @Test
  void keepsTheNewestOfABusyTopicAndCountsTheRest() {
    scene.createTopic("busy", 1);
    try (var window = window("#/t/busy/live")) {
      assertThat(window.page.locator(".pulse")).hasText("live");
      window.button("Pause").click();
      for (int round = 0; round < 20; round++) {
        send("busy", round * 100, round * 100 + 100);
      }
      assertThat(window.coverage()).containsText("2\u202f000 events arrived");
      window.button("Continue").click();
      assertThat(window.rows().first()).containsText("event 1999");
      assertThat(window.page.locator("[data-dropped]")).not().hasText("0 events dropped");
      int shown = window.rows().count();
      assertTrue(shown <= 500, shown + " rows");
    }
  }

  @Test
  void showsHostileTextAsText() {
    Hostile.produce(scene);
    try (var window = window("#/t/" + Hostile.TOPIC)) {
      assertThat(window.rows()).hasCount(2 * Hostile.TEXTS.size());
      for (int offset = 0; offset < 2 * Hostile.TEXTS.size(); offset += 2) {
        window.go("#/t/" + Hostile.TOPIC + "/0/" + offset);
        assertThat(window.heading()).hasText(Hostile.TOPIC + "/0@" + offset);
        var text = Hostile.TEXTS.get(offset / 2);
        var shown = text.replace("\u202e", "U+202E").replace("\u200b", "U+200B");
        assertThat(window.page.getByLabel("Value", exact())).containsText(shown);
        assertThat(window.page.getByLabel("Headers")).containsText(shown);
      }
      assertNull(window.page.evaluate("() => window.pwned ?? null"));
      assertThat(window.page.locator("main script, main img, main iframe, main svg, main math"))
          .hasCount(0);
    }
  }

  @Test
  void isWorkedByKeyboardAlone() {
    try (var window = window("")) {
      var keyboard = window.page.keyboard();
      assertThat(window.rows().first()).isVisible();
      keyboard.press("/");
      keyboard.type(Orders.TOPIC);
      assertThat(window.rows()).hasCount(1);
      keyboard.press("Tab");
      keyboard.press("j");
      keyboard.press("Enter");
      assertThat(window.rows()).hasCount(100);
      keyboard.press("o");
      assertThat(window.rows()).hasCount(149);
      keyboard.press("j");
      keyboard.press("j");
      keyboard.press("Enter");
      assertThat(window.heading()).hasText(Orders.TOPIC + "/0@147");
      keyboard.press("[");
      assertThat(window.heading()).hasText(Orders.TOPIC + "/0@146");
      keyboard.press("]");
      assertThat(window.heading()).hasText(Orders.TOPIC + "/0@147");
      keyboard.press("u");
      assertThat(window.heading()).hasText(Orders.TOPIC);
      keyboard.press("t");
      assertThat(window.page.locator(".pulse")).isVisible();
      keyboard.press("?");
      assertThat(window.page.locator("dialog")).isVisible();
      keyboard.press("Escape");
      keyboard.press("g");
      keyboard.press("c");
      assertThat(window.heading()).hasText("Connectors");
    }
  }

  @Test
  void showsConnectorsAndSchemas() {
    try (var window = window("#/connectors")) {
      assertThat(window.rows()).hasCount(2);
      assertThat(window.rows().nth(1)).containsText("failed");
      assertThat(window.rows().nth(1)).containsText("column \"total\" is missing");
      window.go("#/schemas");
      assertThat(window.rows().first()).containsText(Orders.TOPIC);
      window.page.locator(".row-link").nth(1).click();
      assertThat(window.page.locator("pre.schema")).containsText("\"logicalType\": \"decimal\"");
    }
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() {
    try (var window = window("#/t/nowhere")) {
      assertThat(window.page.getByRole(AriaRole.ALERT)).containsText("There is no such topic");
      window.go("#/t/" + Orders.TOPIC + "/0/99999");
      assertThat(window.page.getByRole(AriaRole.ALERT)).containsText("holds offsets 0 to 148");
      window.forgiveRefusals();
    }
  }

  private static void send(String topic, int from, int to) {
    scene.sendAll(
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    new ProducerRecord<byte[], byte[]>(
                        topic, ("event " + i).getBytes(StandardCharsets.UTF_8)))
            .toList());
  }
}
