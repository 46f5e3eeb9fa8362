using System.Globalization;
using System.Text;
using System.Text.Json;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.Benchmarks.Ledger;

/// <summary>
/// Postings of sales on one hot event, group commit beside one entity-group transaction for each, on one Azurite and in turns, each
/// figure the median of its rounds; then what it takes to verify a journal of a million postings.
/// </summary>
internal static class LedgerBench
{
    private const int Verified = 1_000_000;

    /// <summary>In seconds: how long that may take.</summary>
    private const double VerifyLimit = 30;

    /// <summary>How long the slowest hundredth may take with 64 writers.</summary>
    private const double P99LimitMilliseconds = 50;

    private const int Rounds = 3;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        var results = new List<string>();
        await using (var emulator = await TableEmulator.StartAsync(cancellation))
        {
            var tables = new MarqueeTables(emulator.Service);
            await tables.CreateAsync(cancellation);
            foreach (var writers in (int[])[1, 64])
            {
                var ledger = new LedgerStore(tables, TimeProvider.System);
                var (ours, peer) = (new List<Rate>(), new List<Rate>());
                for (var round = 1; round <= Rounds; round++)
                {
                    var ledgerId = $"ours-{writers}-{round}";
                    using var queue = new OneByOne(tables.Ledger, $"peer-{writers}-{round}");
                    ours.Add(await MeasureAsync(writers, posting => ledger.PostAsync(ledgerId, posting, cancellation)));
                    peer.Add(await MeasureAsync(writers, queue.PostAsync));
                    Console.WriteLine($"{writers} writers, round {round}: ours {ours[^1]}; a transaction each {peer[^1]}");
                    await ProveAsync(ledger, ledgerId, cancellation);
                }

                results.Add(Line($"postings_per_second_{writers}_writers", Median(ours, r => r.PerSecond), Median(peer, r => r.PerSecond)));
                results.Add(Line($"p50_ms_{writers}_writers", Median(ours, r => r.P50), Median(peer, r => r.P50)));
                results.Add(Line($"p99_ms_{writers}_writers", Median(ours, r => r.P99), Median(peer, r => r.P99)));
                if (writers == 64) results.Add(Line("p99_ms_64_writers_to_limit", Median(ours, r => r.P99), P99LimitMilliseconds));
            }
        }

        results.Add(Line("verify_million_seconds_to_limit", Verify(), VerifyLimit));
        results.ForEach(Console.WriteLine);
    }

    private static async Task<Rate> MeasureAsync(int writers, Func<Posting, Task> post)
    {
        await PostAsync(writers, WarmUp, "warm", post);
        return await PostAsync(writers, Measured, "sale", post);
    }

    private static async Task<Rate> PostAsync(int writers, TimeSpan duration, string prefix, Func<Posting, Task> post)
    {
        var time = TimeProvider.System;
        var taken = new List<double>();
        var startedAt = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var own = new List<double>();
            for (var i = 0; time.GetElapsedTime(startedAt) < duration; i++)
            {
                var at = time.GetTimestamp();
                await post(Sale($"{prefix}/w{writer:D2}-{i:D6}", i));
                own.Add(time.GetElapsedTime(at).TotalMilliseconds);
            }

            lock (taken) taken.AddRange(own);
        })));
        return Rate.Of(taken, time.GetElapsedTime(startedAt));
    }

    /// <summary>As a till's sale is booked: clearing against proceeds, tax and tip, and the processor's fee.</summary>
    private static Posting Sale(string id, int number)
    {
        var (net, tax, tip, fee) = (2_101 + number % 97, 399, 150, 83);
        return new Posting(
            id,
            DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number),
            [
                Entry.Debit(Account.ProcessorClearing, Eur(net + tax + tip)),
                Entry.Credit(Account.EventProceeds, Eur(net)),
                Entry.Credit(Account.TaxPayable, Eur(tax)),
                Entry.Credit(Account.TipsPayable, Eur(tip)),
                Entry.Debit(Account.ProcessorFees, Eur(fee)),
                Entry.Credit(Account.ProcessorClearing, Eur(fee)),
            ],
            $"Sale {id}");
    }

    private static async Task ProveAsync(LedgerStore ledger, string ledgerId, CancellationToken cancellation)
    {
        var verdict = await new App.Ledger.LedgerReports(ledger).VerifyAsync(ledgerId, cancellation) ?? throw new InvalidOperationException("The ledger does not come to rest.");
        if (!verdict.Holds) throw new InvalidOperationException($"The ledger does not hold: {verdict.Differences[0]}");
        Console.WriteLine($"{ledgerId}: {verdict.Sequence} postings verified from the tables");
    }

    /// <summary>A million postings as the journal keeps them, read from JSON, chained, folded and compared.</summary>
    private static double Verify()
    {
        const int block = 90;
        var balances = new LedgerFold();
        var time = TimeProvider.System;
        var verifier = new LedgerVerifier();
        var hash = LedgerChain.Start("bench");
        var seconds = 0.0;
        for (var sequence = 0; sequence < Verified; sequence += block)
        {
            // Making the bytes and what they should come to is not measured.
            var bytes = new StringBuilder();
            for (var i = 0; i < block; i++)
            {
                var posting = Sale($"sale/{sequence + i:D8}", sequence + i);
                balances.Add(posting);
                bytes.Append(JsonSerializer.Serialize(posting, ContractJson.Options)).Append('\n');
            }

            var stored = Encoding.UTF8.GetBytes(bytes.ToString());
            var startedAt = time.GetTimestamp();
            hash = LedgerChain.Next(hash, sequence + 1, DateTimeOffset.UnixEpoch, stored);
            for (var start = 0; start < stored.Length;)
            {
                var end = Array.IndexOf(stored, (byte)'\n', start);
                verifier.Add(JsonSerializer.Deserialize<Posting>(stored.AsSpan(start..end), ContractJson.Options)!);
                start = end + 1;
            }

            seconds += time.GetElapsedTime(startedAt).TotalSeconds;
        }

        if (verifier.Finish(balances.Balances.Balances) is [var difference, ..]) throw new InvalidOperationException($"The journal does not hold: {difference}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verifier.Postings} postings verified in {seconds:F1} s, chain {Convert.ToHexString(hash)[..8]}"));
        return seconds;
    }

    private static double Median(List<Rate> rates, Func<Rate, double> of) => rates.Select(of).Order().ElementAt(rates.Count / 2);

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);

    private static string Line(string metric, double ours, double peer) =>
        string.Create(CultureInfo.InvariantCulture, $"ledger {metric} ours={ours:F2} peer={peer:F2} ratio={ours / peer:F2}");

    /// <summary>How many a second, and how long they took.</summary>
    private sealed record Rate(double PerSecond, double P50, double P99)
    {
        public static Rate Of(List<double> milliseconds, TimeSpan elapsed)
        {
            milliseconds.Sort();
            return new Rate(milliseconds.Count / elapsed.TotalSeconds, milliseconds[milliseconds.Count / 2], milliseconds[(int)(milliseconds.Count * 0.99)]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:F0}/s p50 {P50:F1} ms p99 {P99:F1} ms");
    }
}
