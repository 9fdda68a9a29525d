package dev.daybook.auditui.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The system's Chromium, driven by Playwright, which must not fetch one of its own.
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /// Chromium as root has no sandbox, and on a closed network it must not look for Google.
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  /// What a page shows in the end is asked for again and again so long; five seconds by default.
  static final int PATIENCE_MS = 90_000;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Path executable) {
    var environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(FLAGS)
                    .setTimeout(PATIENCE_MS));
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  static final String MISSING = "no Chromium is installed (Debian: apt-get install chromium)";

  /// Whether scenes run: a browser is there, or a run in which none may be skipped demands it.
  static boolean expected() {
    return executable().isPresent() || Boolean.getBoolean("daybook.ci");
  }

  static Chromium launch() {
    return new Chromium(executable().orElseThrow(() -> new AssertionError(MISSING)));
  }

  private static Optional<Path> executable() {
    var folders = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1));
    return Stream.concat(folders, Stream.of("/usr/bin"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// A window of its own, without the cookies, storage or errors of another.
  Window open(String url) {
    return new Window(browser, url);
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
