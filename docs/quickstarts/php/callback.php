<?php
// Receives callbacks of versions 1 and 3, and checks their signatures, with PHP alone. A web server calls it at each request:
//
//   smileid-mock exec -- php -S 127.0.0.1:8090 callback.php

declare(strict_types=1);

const LONGEST = 4 << 20; // bytes; results of version 1 have photos

/** True if the API signed the timestamp, in the last five minutes. */
function isGenuine(string $timestamp, string $signature): bool
{
    $message = $timestamp . getenv('SMILE_ID_PARTNER_ID') . 'sid_request';
    $expected = base64_encode(hash_hmac('sha256', $message, getenv('SMILE_ID_API_KEY'), true));
    $signed = strtotime($timestamp);
    return hash_equals($expected, $signature) && $signed !== false && abs(time() - $signed) < 300;
}

/** Returns the status of the response. */
function receive(): int
{
    $body = file_get_contents('php://input', length: LONGEST + 1);
    $message = json_decode($body, true);
    if (strlen($body) > LONGEST || !is_array($message)) {
        return 400;
    }
    if (isset($_SERVER['HTTP_RESPONSE_SIGNATURE'])) { // version 3
        $proof = [$_SERVER['HTTP_RESPONSE_TIMESTAMP'] ?? '', $_SERVER['HTTP_RESPONSE_SIGNATURE']];
        $claim = sprintf('job %s is %s', $_SERVER['HTTP_JOB_ID'] ?? '', $message['status'] ?? '');
    } else {
        $proof = [$message['timestamp'] ?? '', $message['signature'] ?? ''];
        $claim = sprintf('job %s has %s', $message['PartnerParams']['job_id'] ?? '', $message['ResultCode'] ?? '');
    }
    if (!is_string($proof[0]) || !is_string($proof[1]) || !isGenuine(...$proof)) {
        return 401;
    }
    // The signature does not cover the content. Store the claim, and ask for the status of the job: it decides.
    file_put_contents('php://stdout', "$claim\n");
    return 200;
}

$isCallback = $_SERVER['REQUEST_METHOD'] === 'POST' && $_SERVER['REQUEST_URI'] === '/callback';
http_response_code($isCallback ? receive() : 400);
