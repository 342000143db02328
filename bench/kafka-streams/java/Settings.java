import java.util.HashMap;
import java.util.Map;

/** What the benchmark asks for: arguments like name=value. */
final class Settings {
    private final Map<String, String> given = new HashMap<>();

    Settings(String[] arguments) {
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            given.put(parts[0], parts[1]);
        }
    }

    String text(String name) {
        String value = given.get(name);
        if (value == null) throw new IllegalArgumentException("the argument " + name + "=... is missing");
        return value;
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }
}
