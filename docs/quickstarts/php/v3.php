<?php
// Looks up an ID number over version 3 with PHP (8.1 or newer, extension curl), and prints the status.
//
//   pip install smileid-mock
//   smileid-mock exec -- php v3.php

declare(strict_types=1);

/** Sends a request, and returns the response. */
function send(string $method, string $path, array $headers, array $form = []): array
{
    $curl = curl_init(getenv('SMILE_ID_ENVIRONMENT') . "/v3$path");
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    if ($form !== []) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $form); // an array makes curl send a multipart form
    }
    $response = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    $isUnknownJob = $status === 404 && str_starts_with($path, '/status/'); // it may be known a moment later
    if ($response === false || ($status >= 300 && !$isUnknownJob)) {
        throw new RuntimeException($response === false ? curl_error($curl) : "$status: $response");
    }
    return json_decode($response, true, flags: JSON_THROW_ON_ERROR);
}

// The token is valid for 15 minutes.
$token = send('POST', '/token', [
    'SmileID-Partner-ID: ' . ltrim(getenv('SMILE_ID_PARTNER_ID'), '0'),
    'SmileID-API-Key: ' . getenv('SMILE_ID_API_KEY'),
])['token'];
$headers = ["SmileID-Token: $token"];

// A request that arrives is a job, and is billed: do not repeat it.
$jobId = send('POST', '/enhanced_kyc', $headers, [
    'country' => 'NG',
    'id_type' => 'BVN',
    'id_number' => '00000000000',
    'user_details' => json_encode([
        'given_names' => 'Amina Fatou',
        'last_name' => 'Clearwater',
        'email' => 'amina.clearwater@example.com',
    ]),
    'consent' => json_encode([
        'granted' => true,
        'granted_at' => gmdate('Y-m-d\TH:i:s\Z'),
        'notice_language' => 'EN',
        'notice_privacy_policy_url' => 'https://partner.example/privacy',
    ]),
    'callback_url' => 'https://partner.example/callback',
])['job_id'];

// The status is not signed: TLS proves who sent it.
$deadline = time() + 120;
while (in_array($status = send('GET', "/status/$jobId", $headers)['status'], ['processing', 'not_found'], true)) {
    if (time() > $deadline) {
        throw new RuntimeException("no result yet: ask again for $jobId");
    }
    sleep(2);
}

// `attention` and `block` are not approvals, and neither is a status that is not known.
echo $status === 'clear' ? 'approved' : "not approved: $status", "\n";
