<?php
// Stores each instance in a file, which the test reads.
function save_instance(string $subject, int $id, string $token): void
{
    $length = file_put_contents(getenv('INSTANCES') . "/$id", json_encode([$subject, $token]));
    if ($length === false) throw new RuntimeException('The instance was not stored.');
}

function delete_instance(string $subject, int $id): void
{
    @unlink(getenv('INSTANCES') . "/$id");
}
