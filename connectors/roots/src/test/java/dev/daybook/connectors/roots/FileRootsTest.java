package dev.daybook.connectors.roots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRootsTest {
  @TempDir private Path directory;

  private Path root;
  private FileRoots roots;

  @BeforeEach
  void allowOneFolder() throws Exception {
    root = Files.createDirectory(directory.toRealPath().resolve("allowed"));
    roots = new FileRoots(List.of(root));
  }

  @Test
  void allowsWhatLiesBelowARootAndWhatIsNotThereYet() {
    assertEquals(root.resolve("a/b.log"), roots.resolve("file", root + "/a/b.log"));
  }

  @Test
  void allowsALinkThatStaysInside() throws Exception {
    Path target = Files.createFile(root.resolve("target"));
    Files.createSymbolicLink(root.resolve("link"), target);
    assertEquals(target, roots.resolve("file", root + "/link"));
  }

  @Test
  void refusesALinkThatLeadsOut() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), directory);
    refused(roots, root + "/link/secret", "lies outside connect.file.roots");
  }

  @Test
  void refusesANeighbourWhoseNameBeginsLikeARoot() {
    refused(roots, root + "-more/a", "lies outside connect.file.roots");
  }

  @Test
  void refusesPathsThatAreNotPlain() {
    refused(roots, root + "/../allowed/a", "give an absolute path");
    refused(roots, "allowed/a", "give an absolute path");
  }

  @Test
  void saysHowToAllowAFolderWhereNoneIs() {
    refused(new FileRoots(List.of()), root + "/a", "start it with connect.file.roots set");
  }

  @Test
  void takesTheFoldersOfTheWorker() {
    String before = System.getProperty(FileRoots.PROPERTY, "");
    System.setProperty(FileRoots.PROPERTY, root + java.io.File.pathSeparator + " ");
    try {
      assertEquals(List.of(root), FileRoots.ofWorker().roots());
    } finally {
      System.setProperty(FileRoots.PROPERTY, before);
    }
  }

  private static void refused(FileRoots roots, String file, String why) {
    String said =
        assertThrows(ConfigException.class, () -> roots.resolve("file", file)).getMessage();
    assertTrue(said.contains(why), said);
  }
}
