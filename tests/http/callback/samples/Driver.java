// The sample of the page, called. See test_samples.py for what comes in.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

public final class Driver {
    private static byte[] bytes(String field) {
        return Base64.getDecoder().decode(field);
    }

    private static String text(String field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    private static String answer(String[] fields) {
        Map<String, String> named = new HashMap<>();
        String secret = text(fields[2]);
        long now = Long.parseLong(fields[1]);

        for (int i = 4; i < fields.length; i += 2) {
            named.put(text(fields[i]), text(fields[i + 1]));
        }
        try {
            return String.valueOf(switch (fields[0]) {
                case "webhook" -> Callbacks.verifyWebhook(named, bytes(fields[3]), secret, now);
                case "firma" -> Callbacks.verifyFirma(bytes(fields[3]), secret);
                default -> Callbacks.verifyReturn(named, secret, now);
            });
        } catch (Exception error) {
            return "error";
        }
    }

    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(answer(line.split("\t", -1)));
        }
    }
}
