<?php
// The recipe of docs/guides/testing-with-phpunit.md: `smileid-mock exec -- phpunit SmileIdRecipeTest.php`.

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

final class SmileIdRecipeTest extends TestCase
{
    private array $partner;

    /** A partner for this test only, with its own jobs, users and callbacks. */
    protected function setUp(): void
    {
        [, $this->partner] = self::post(getenv('SMILEID_MOCK_ADMIN') . '/partners', []);
    }

    /**
     * @testWith ["00000000000", "1012"]
     *           ["00000000001", "1013"]
     *           ["00000000003", "1015"]
     */
    public function testAnIdNumber(string $number, string $code): void
    {
        [$status, $result] = $this->lookUp($number, $this->partner['api_key']);
        self::assertSame(200, $status);
        self::assertSame($code, $result['ResultCode']);
    }

    public function testAWrongKey(): void
    {
        [$status, $error] = $this->lookUp('00000000000', 'another key');
        self::assertSame([400, '2205'], [$status, $error['code']]);
    }

    public function testAnAuthorityThatIsDown(): void
    {
        $when = ['partner_id' => $this->partner['partner_id'], 'endpoint' => 'id_verification'];
        $fault = ['when' => $when, 'then' => ['reply' => ['status' => 503]], 'times' => 1];
        self::post(getenv('SMILEID_MOCK_ADMIN') . '/faults', $fault);
        [$first] = $this->lookUp('00000000000', $this->partner['api_key']);
        [$second] = $this->lookUp('00000000000', $this->partner['api_key']);
        self::assertSame([503, 200], [$first, $second]);
    }

    /** An Enhanced KYC: replace it by the code that you test. */
    private function lookUp(string $number, string $key): array
    {
        $timestamp = gmdate('Y-m-d\TH:i:s.000\Z');
        $message = $timestamp . $this->partner['partner_id'] . 'sid_request';
        return self::post(getenv('SMILE_ID_ENVIRONMENT') . '/v1/id_verification', [
            'source_sdk' => 'rest_api',
            'source_sdk_version' => '1.0.0',
            'partner_id' => $this->partner['partner_id'],
            'timestamp' => $timestamp,
            'signature' => base64_encode(hash_hmac('sha256', $message, $key, true)),
            'partner_params' => ['user_id' => 'user-1', 'job_id' => 'job-1', 'job_type' => 5],
            'country' => 'NG',
            'id_type' => 'BVN',
            'id_number' => $number,
        ]);
    }

    /** Returns the status and the body of the response. */
    private static function post(string $url, array $members): array
    {
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_POSTFIELDS => json_encode((object) $members, JSON_THROW_ON_ERROR),
            CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 10,
        ]);
        $response = curl_exec($curl);
        self::assertNotFalse($response, curl_error($curl));
        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), json_decode($response, true)];
    }
}
