
// Follows the sample of the page. See test_samples.py for what comes in.
error_reporting(E_ALL);
set_error_handler(function (int $level, string $what) {
    throw new ErrorException($what, 0, $level);
});
while (($line = fgets(STDIN)) !== false) {
    $fields = explode("\t", rtrim($line, "\n"));
    [$kind, $now] = $fields;
    [$secret, $body] = $pairs = array_map('base64_decode', array_slice($fields, 2));
    $named = [];
    for ($i = 2; $i < count($pairs); $i += 2) {
        $named[$pairs[$i]] = $pairs[$i + 1];
    }
    try {
        $answer = match ($kind) {
            'webhook' => verify_webhook($named, $body, $secret, (int) $now),
            'firma' => verify_firma($body, $secret),
            'return' => verify_return($named, $secret, (int) $now),
        };
        echo $answer ? "true\n" : "false\n";
    } catch (Throwable $error) {
        echo "error\n";
    }
}
