package dev.daybook.auditui.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.daybook.auditui.support.Orders;
import dev.daybook.auditui.support.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every view against the rules of WCAG 2.2 AA that a machine can check (names, roles, contrast,
/// order), by axe, in light and in dark.
@NeedsChromium
class AccessibilityTest {
  private static final String FINDINGS =
      """
      async () => {
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const result = await window.axe.run(document, {runOnly: {type: 'tag', values: tags}});
        return result.violations.map((v) => v.id + ': '
          + v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '));
      }""";

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
    scene.sendAll(orders.story(3));
    scene.send(new ProducerRecord<>(Orders.TOPIC, null, new byte[] {0, 0, 0, 99, 99, 1}));
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

  @Test
  void everyViewKeepsTheRulesInLight() {
    checkAll(ColorScheme.LIGHT);
  }

  @Test
  void everyViewKeepsTheRulesInDark() {
    checkAll(ColorScheme.DARK);
  }

  private static void checkAll(ColorScheme scheme) {
    var topic = "#/t/" + Orders.TOPIC;
    var views =
        List.of(
            "",
            topic,
            topic + "/0/1",
            topic + "/0/11",
            "#/connectors",
            "#/schemas",
            "#/schemas/" + Orders.TOPIC + "-value");
    try (var window = chromium.open(scene.url())) {
      window.page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      var findings = new ArrayList<String>();
      for (var view : views) {
        window.go(view);
        window.page.reload();
        window.page.locator("main tbody tr, main .part").first().waitFor();
        window.page.evaluate(axe());
        findings.add(view + " " + window.page.evaluate(FINDINGS));
      }
      assertEquals(views.stream().map(view -> view + " []").toList(), findings);
    }
  }

  private static String axe() {
    try (var in = AccessibilityTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
