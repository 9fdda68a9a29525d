package dev.daybook.auditui.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;

/// One window of the page. Whatever goes wrong in it (a script's error, a refused resource, a
/// breach of the content policy) is collected, and closing it fails the test that ignored it.
final class Window implements AutoCloseable {
  private final BrowserContext context;
  private final String url;
  private final List<String> complaints = new ArrayList<>();
  final Page page;

  Window(Browser browser, String url) {
    this.url = url;
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setTimezoneId("Europe/Berlin")
                .setViewportSize(1360, 860));
    page = context.newPage();
    page.setDefaultTimeout(Chromium.PATIENCE_MS);
    page.setDefaultNavigationTimeout(Chromium.PATIENCE_MS);
    page.onPageError(error -> complaints.add("error: " + error));
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add("console: " + message.text());
          }
        });
  }

  Window go(String hash) {
    page.navigate(url + "/" + hash);
    return this;
  }

  Locator rows() {
    return page.locator("main tbody tr");
  }

  Locator heading() {
    return page.locator("main h1");
  }

  Locator coverage() {
    return page.locator(".coverage");
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  /// For scenes in which a refusal is the point: the browser reports those on its console.
  void forgiveRefusals() {
    complaints.removeIf(complaint -> complaint.contains("Failed to load resource"));
  }

  @Override
  public void close() {
    context.close();
    assertEquals(List.of(), complaints);
  }
}
