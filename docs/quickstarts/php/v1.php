<?php
// Registers a selfie over version 1 with PHP (8.1 or newer, extensions curl and zip), and prints the decision.
//
//   pip install smileid-mock
//   smileid-mock exec -- php v1.php selfie.jpg

declare(strict_types=1);

define('SERVER', getenv('SMILE_ID_ENVIRONMENT') . '/v1');
define('PARTNER_ID', getenv('SMILE_ID_PARTNER_ID'));
define('API_KEY', getenv('SMILE_ID_API_KEY'));
const APPROVED = ['0840', '1240']; // result codes of job type 4

function signature(string $timestamp): string
{
    return base64_encode(hash_hmac('sha256', $timestamp . PARTNER_ID . 'sid_request', API_KEY, true));
}

/** Sends a request, and returns the body of the response. */
function send(string $method, string $url, string $type, string $body): string
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => ["Content-Type: $type"],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 60,
    ]);
    $response = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($response === false || $status >= 300) {
        throw new RuntimeException($response === false ? curl_error($curl) : "$status: $response");
    }
    return $response;
}

/** Sends a signed request, and returns the response. */
function post(string $path, array $members): array
{
    $timestamp = (new DateTimeImmutable('now', new DateTimeZone('UTC')))->format('Y-m-d\TH:i:s.v\Z');
    $members += ['partner_id' => PARTNER_ID, 'timestamp' => $timestamp, 'signature' => signature($timestamp)];
    $json = json_encode($members, JSON_THROW_ON_ERROR);
    return json_decode(send('POST', SERVER . $path, 'application/json', $json), true, flags: JSON_THROW_ON_ERROR);
}

/** Throws unless the message was signed with the API key, in the last hour. */
function verify(array $message): void
{
    if (!hash_equals(signature($message['timestamp']), $message['signature'])) {
        throw new RuntimeException('the signature is wrong');
    }
    if (abs(time() - (new DateTimeImmutable($message['timestamp']))->getTimestamp()) > 3600) {
        throw new RuntimeException('the message is old');
    }
}

/** A ZIP archive with the selfie and the file that describes it. */
function archive(string $selfie): string
{
    $info = [
        'package_information' => [
            'apiVersion' => ['buildNumber' => 0, 'majorVersion' => 2, 'minorVersion' => 0],
            'language' => 'php',
        ],
        'id_info' => new stdClass(),
        'images' => [['image_type_id' => 0, 'image' => '', 'file_name' => 'selfie.jpg']],
    ];
    $file = tempnam(sys_get_temp_dir(), 'smile');
    $zip = new ZipArchive();
    $zip->open($file, ZipArchive::OVERWRITE);
    $zip->addFromString('info.json', json_encode($info, JSON_THROW_ON_ERROR));
    $isAdded = $zip->addFile($selfie, 'selfie.jpg') && $zip->setCompressionName('selfie.jpg', ZipArchive::CM_STORE);
    $isAdded && $zip->close() || throw new RuntimeException("cannot read $selfie");
    $content = file_get_contents($file);
    unlink($file);
    return $content;
}

$ids = ['user_id' => bin2hex(random_bytes(8)), 'job_id' => bin2hex(random_bytes(8))];
$archive = archive($argv[1]); // read before the job is announced

$job = post('/upload', [
    'source_sdk' => 'rest_api',
    'source_sdk_version' => '1.0.0',
    'smile_client_id' => PARTNER_ID,
    'file_name' => 'selfie.zip',
    'model_parameters' => new stdClass(),
    'callback_url' => '',
    'partner_params' => $ids + ['job_type' => 4],
]);
send('PUT', $job['upload_url'], 'application/zip', $archive);

$deadline = time() + 120;
while (true) {
    $status = post('/job_status', $ids + ['image_links' => false, 'history' => false]);
    verify($status);
    if ($status['job_complete']) {
        break;
    }
    if (time() > $deadline) {
        throw new RuntimeException("no result yet: ask again for {$ids['job_id']} of {$ids['user_id']}");
    }
    sleep(2);
}

['ResultCode' => $code, 'ResultText' => $text] = $status['result'];
echo in_array($code, APPROVED, true) ? 'approved' : 'not approved', ": $code $text\n";
