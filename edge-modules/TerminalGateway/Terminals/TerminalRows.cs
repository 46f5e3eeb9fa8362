using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>Terminals, invitations and certificates: rows in, rows out. Rules live in the desks and lifecycles.</summary>
internal static class TerminalRows
{
    private const string TerminalColumns = "terminal_id, name, state, serial, model, firmware, paired_at, revoked_at, revoked_because";
    private const string PairingColumns = "pairing_id, terminal_id, state, sealed_secret, expires_at, wrong_tries, request_hash, serial_number";
    private const string CertificateColumns = "serial_number, terminal_id, thumbprint, public_key_hash, certificate, not_after, ends_at, revoked";

    public static Terminal? Find(EdgeReader reader, string terminalId) =>
        reader.QueryFirst($"SELECT {TerminalColumns} FROM terminals WHERE terminal_id=$id", ReadTerminal, ("$id", terminalId));

    public static IReadOnlyList<Terminal> All(EdgeReader reader) => reader.Query($"SELECT {TerminalColumns} FROM terminals ORDER BY terminal_id", ReadTerminal);

    public static long Count(EdgeReader reader) => reader.Number("SELECT count(*) FROM terminals");

    public static void Put(EdgeTransaction tx, Terminal terminal) => tx.Execute(
        """
        INSERT INTO terminals(terminal_id, name, state, serial, model, firmware, paired_at, revoked_at, revoked_because)
        VALUES($id, $name, $state, $serial, $model, $firmware, $paired, $revoked, $because)
        ON CONFLICT(terminal_id) DO UPDATE SET name=$name, state=$state, serial=$serial, model=$model, firmware=$firmware,
            paired_at=$paired, revoked_at=$revoked, revoked_because=$because
        """,
        ("$id", terminal.TerminalId),
        ("$name", terminal.Name),
        ("$state", StoreText.Name(terminal.State)),
        ("$serial", terminal.Device?.Serial),
        ("$model", terminal.Device?.Model),
        ("$firmware", terminal.Device?.Firmware),
        ("$paired", StoreText.Of(terminal.PairedAt)),
        ("$revoked", StoreText.Of(terminal.RevokedAt)),
        ("$because", terminal.RevokedBecause));

    public static Pairing? FindPairing(EdgeReader reader, string pairingId) =>
        reader.QueryFirst($"SELECT {PairingColumns} FROM pairings WHERE pairing_id=$id", ReadPairing, ("$id", pairingId));

    public static IReadOnlyList<Pairing> OpenPairings(EdgeReader reader) =>
        reader.Query($"SELECT {PairingColumns} FROM pairings WHERE state='open' ORDER BY expires_at", ReadPairing);

    public static void Put(EdgeTransaction tx, Pairing pairing) => tx.Execute(
        """
        INSERT INTO pairings(pairing_id, terminal_id, state, sealed_secret, expires_at, wrong_tries, request_hash, serial_number)
        VALUES($id, $terminal, $state, $secret, $expires, $tries, $hash, $serial)
        ON CONFLICT(pairing_id) DO UPDATE SET state=$state, wrong_tries=$tries, request_hash=$hash, serial_number=$serial
        """,
        ("$id", pairing.PairingId),
        ("$terminal", pairing.TerminalId),
        ("$state", StoreText.Name(pairing.State)),
        ("$secret", pairing.SealedSecret),
        ("$expires", StoreText.Of(pairing.ExpiresAt)),
        ("$tries", pairing.WrongTries),
        ("$hash", pairing.RequestHash),
        ("$serial", pairing.SerialNumber));

    public static void ForgetPairings(EdgeTransaction tx, DateTimeOffset expiredBefore) =>
        tx.Execute("DELETE FROM pairings WHERE expires_at<$before", ("$before", StoreText.Of(expiredBefore)));

    public static IReadOnlyList<IssuedCertificate> Certificates(EdgeReader reader, string? terminalId = null) => reader.Query(
        $"SELECT {CertificateColumns} FROM certificates WHERE $id IS NULL OR terminal_id=$id", ReadCertificate, ("$id", terminalId));

    public static IssuedCertificate? FindCertificate(EdgeReader reader, string serialNumber) => reader.QueryFirst(
        $"SELECT {CertificateColumns} FROM certificates WHERE serial_number=$serial", ReadCertificate, ("$serial", serialNumber));

    public static void Put(EdgeTransaction tx, IssuedCertificate certificate) => tx.Execute(
        """
        INSERT INTO certificates(serial_number, terminal_id, thumbprint, public_key_hash, certificate, not_after, ends_at, revoked)
        VALUES($serial, $terminal, $thumbprint, $key, $der, $after, $ends, $revoked)
        ON CONFLICT(serial_number) DO UPDATE SET ends_at=$ends, revoked=$revoked
        """,
        ("$serial", certificate.SerialNumber),
        ("$terminal", certificate.TerminalId),
        ("$thumbprint", certificate.Thumbprint),
        ("$key", certificate.KeyHash),
        ("$der", certificate.Der),
        ("$after", StoreText.Of(certificate.NotAfter)),
        ("$ends", StoreText.Of(certificate.EndsAt)),
        ("$revoked", certificate.Revoked ? 1 : 0));

    private static Terminal ReadTerminal(SqliteDataReader row) => new()
    {
        TerminalId = row.GetString(0),
        Name = row.GetString(1),
        State = Enum.Parse<TerminalState>(row.GetString(2), ignoreCase: true),
        Device = row.IsDBNull(3) ? null : new DeviceDescription(row.GetString(3), row.GetString(4), row.GetString(5)),
        PairedAt = StoreText.TimeOrNull(row, 6),
        RevokedAt = StoreText.TimeOrNull(row, 7),
        RevokedBecause = row.IsDBNull(8) ? null : row.GetString(8),
    };

    private static Pairing ReadPairing(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        Enum.Parse<PairingState>(row.GetString(2), ignoreCase: true),
        (byte[])row.GetValue(3),
        StoreText.Time(row, 4),
        row.GetInt32(5),
        row.IsDBNull(6) ? null : (byte[])row.GetValue(6),
        row.IsDBNull(7) ? null : row.GetString(7));

    private static IssuedCertificate ReadCertificate(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        (byte[])row.GetValue(3),
        (byte[])row.GetValue(4),
        StoreText.Time(row, 5),
        StoreText.Time(row, 6),
        row.GetInt64(7) != 0);
}
