package dev.daybook.compatibility.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daybook.compatibility.differential.Differences.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The list of allowed differences is what the reference says, and allows no more than it says.
class DifferencesTest {
  private static final Path REFERENCE = Path.of("../docs/reference/kafka-compatibility.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Differences LIST =
      Differences.parse(
          """
          ### Allowed
          | `Fetch or Produce*` | `topics[*].errorCode` | `NONE` | `A or B` | a reason |
          ### To be mended
          | `Metadata` | `*` | `*` | `*` | a fault |
          """);

  private static List<Mismatch> between(String kafka, String daybook) throws Exception {
    return Mismatch.between(JSON.readTree(kafka), JSON.readTree(daybook));
  }

  @Test
  void theReferenceShowsTheList() throws Exception {
    String reference = Files.readString(REFERENCE);
    assertTrue(
        reference.contains(Differences.text().strip()),
        "docs/reference/kafka-compatibility.md must hold differences.md word for word");
  }

  @Test
  void everyDifferenceHasAReasonAndStandsThereOnce() {
    List<Row> rows = Differences.load().rows();
    assertEquals(rows.size(), new HashSet<>(rows).size());
    rows.forEach(row -> assertFalse(row.why().isEmpty(), row::toString));
  }

  @Test
  void allowsWhatARowSays() {
    assertTrue(LIST.allow("Fetch", new Mismatch("topics[a].errorCode", "NONE", "B")));
    assertTrue(LIST.allow("Produce (late)", new Mismatch("topics[a].errorCode", "NONE", "A")));
    assertTrue(LIST.rows().get(1).fault());
  }

  @Test
  void allowsNothingElse() {
    assertFalse(LIST.allow("Fetch", new Mismatch("topics[a].errorCode", "NONE", "C")));
    assertFalse(LIST.allow("Fetch", new Mismatch("topics[a].errorCode", "OTHER", "A")));
    assertFalse(LIST.allow("Fetch", new Mismatch("topics[a].error", "NONE", "A")));
    assertFalse(LIST.allow("Fetching", new Mismatch("topics[a].errorCode", "NONE", "A")));
  }

  @Test
  void findsAFieldThatDiffers() throws Exception {
    assertEquals(
        List.of(new Mismatch("topics[a].errorCode", "0", "3")),
        between(
            "{\"topics\":[{\"name\":\"b\"},{\"name\":\"a\",\"errorCode\":0}]}",
            "{\"topics\":[{\"name\":\"a\",\"errorCode\":3},{\"name\":\"b\"}]}"));
  }

  @Test
  void findsWhatOneSideDoesNotHave() throws Exception {
    assertEquals(
        List.of(
            new Mismatch("topics[a]", "present", "absent"), new Mismatch("x", "absent", "present")),
        between("{\"topics\":[{\"name\":\"a\"}]}", "{\"topics\":[],\"x\":null}"));
  }

  @Test
  void tellsNullFromTheWord() throws Exception {
    assertEquals(
        List.of(new Mismatch("x", "null", "null")), between("{\"x\":null}", "{\"x\":\"null\"}"));
  }
}
