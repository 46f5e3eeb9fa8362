using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity.Mdoc;
using Marquee.TerminalGateway.Tests.Identity;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Checks of identity over HTTP, at the real process: documents on phones, the provider online, two of the staff.</summary>
public sealed class GatewayIdentityTests : GatewayScene
{
    private const string FamilyName = "Planted-Family-Name-Zaphod";
    private const string Birth = "1952-03-11-planted";
    private const string Number = "PLANTED-T220001293";

    private static readonly byte[] Portrait = SHA256.HashData("a planted portrait"u8);

    private static readonly Dictionary<string, string> StaffCodes = new() { ["anna"] = "red-kite", ["ben"] = "blue-owl" };

    private readonly SampleAuthority _authority = new();
    private readonly X509Certificate2 _revoked;

    public GatewayIdentityTests()
        : base(GatewayStart.Configured) => _revoked = Signer(_authority);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected override IReadOnlyDictionary<string, string> Settings => IdentityScene.Settings(Folder, _authority, StaffCodes, _revoked);

    private protected override EdgeCommand Configuration => SaleTraffic.Command(1) with { Body = IdentityScene.Configuration() };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _revoked.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_phone_s_yes_without_the_line_sells_the_order_that_it_was_given_for_once()
    {
        await Processor.SetOutageAsync("refuse");
        using var phone = Phone();
        Assert.Equal("identity_required", await SellAsync("o-1"));
        var begun = await BeginAsync("c-1", "o-1", phone);
        Assert.Equal(("open", "age_over_18"), (Text(begun, "state"), Text(begun, "policy")));
        Assert.Equal(Text(begun, "establishment"), Text(await BeginAsync("c-1", "o-1", phone), "establishment"));
        Assert.Equal("check_mismatch", Text(await BeginAsync("c-1", "o-2", phone), "code"));
        var answer = phone.Answer(begun.GetProperty("establishment").GetBytesFromBase64());
        Assert.Equal("terminal_mismatch", Text(await PostAsync(await Gateway.ClientOfAsync("terminal-2", Token), "v1/identity/checks/c-1/response", new { sessionData = answer }), "code"));

        var passed = await AnswerAsync("c-1", answer);
        Assert.Equal(("passed", "UT Utopia IACA", 4), (Text(passed, "state"), Text(passed, "issuer"), passed.GetProperty("unasked").GetInt32()));
        Assert.Equal("passed", Text(await AnswerAsync("c-1", answer), "state"));
        Assert.Equal("identity_required", await SellAsync("o-2"));
        Assert.Null(await SellAsync("o-1"));
        Assert.Equal("used", Text(await Gateway.Client.GetFromJsonAsync<JsonElement>("v1/identity/checks/c-1", Token), "state"));
        Assert.Null(await SellAsync("o-1"));
    }

    [Fact]
    public async Task Each_way_in_which_a_document_does_not_do_is_said_by_its_code_and_sells_nothing()
    {
        using var stranger = new SampleAuthority();
        var said = new HashSet<string>();
        foreach (var (fault, make) in Documents(stranger))
        {
            using var phone = make();
            var (check, order) = ("c-" + fault, "o-" + fault);
            var begun = await BeginAsync(check, order, phone);
            var answer = phone.Answer(begun.GetProperty("establishment").GetBytesFromBase64());
            if (fault == MdocFault.Malformed) answer = [1, 2, 3];
            if (fault == MdocFault.SessionMismatch) answer[^1] ^= 1;
            var failed = await AnswerAsync(check, answer);
            Assert.Equal(("failed", fault.Code()), (Text(failed, "state"), Text(failed, "fault")));
            Assert.Equal("identity_required", await SellAsync(order));
            said.Add(fault.Code());
        }

        // A signature that is not the issuer's takes a forger's phone; the verifier's own tests have one.
        Assert.Equal(Enum.GetValues<MdocFault>().Select(f => f.Code()).Except([MdocFault.IssuerSignatureInvalid.Code()]).Order(), said.Order());
    }

    [Fact]
    public async Task Online_the_provider_is_asked_and_forgets_the_person_and_without_the_line_the_terminal_hears_so()
    {
        var begun = await BeginOnlineAsync("c-1", "o-1");
        Assert.StartsWith(Processor.Address.ToString(), Text(begun, "url"), StringComparison.Ordinal);
        Assert.Equal("open", Text(await FindAsync("c-1"), "state"));
        var session = Text(begun, "url")!.Split('/')[^1];
        await DecideAsync(session);
        Assert.Equal(("passed", "stripe"), await FindAsync("c-1") is var check ? (Text(check, "state"), Text(check, "issuer")) : default);
        Assert.Null(await SellAsync("o-1"));

        await BeginOnlineAsync("c-2", "o-2");
        await Processor.SetOutageAsync("refuse");
        Assert.Equal("processor_unreachable", Text(await FindAsync("c-2"), "code"));
        Assert.Equal("processor_unreachable", Text(await BeginOnlineAsync("c-3", "o-3"), "code"));
        Assert.Equal("identity_required", await SellAsync("o-2"));
    }

    [Fact]
    public async Task Two_of_the_staff_let_one_order_pass_and_terminals_cannot()
    {
        using (var asked = await OverrideAsync("anna", "blue-owl")) Assert.Equal((403, "staff_code_refused"), await ProblemAsync(asked));
        using (var first = await OverrideAsync("anna", "red-kite")) Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        using (var alone = await OverrideAsync("anna", "red-kite")) Assert.Equal(HttpStatusCode.Accepted, alone.StatusCode);
        Assert.Equal("identity_required", await SellAsync("o-1"));
        using (var second = await OverrideAsync("ben", "blue-owl"))
            Assert.Equal(("passed", "staff:anna,ben"), await second.Content.ReadFromJsonAsync<JsonElement>(Token) is var check ? (Text(check, "state"), Text(check, "issuer")) : default);
        Assert.Equal("identity_required", await SellAsync("o-2"));
        Assert.Null(await SellAsync("o-1"));
        using var terminal = await Gateway.Client.PostAsJsonAsync("v1/staff/identity/overrides", Yes("ben", "blue-owl"), Token);
        Assert.Equal(HttpStatusCode.NotFound, terminal.StatusCode);
        using var unlocked = new HttpClient { BaseAddress = Gateway.Addresses[0] };
        using var stranger = await unlocked.PostAsJsonAsync("v1/staff/identity/overrides", Yes("ben", "blue-owl"), Token);
        Assert.Equal((401, "staff_key_required"), await ProblemAsync(stranger));
    }

    [Fact]
    public async Task A_check_is_good_for_the_hold_that_its_order_pays()
    {
        using var phone = Phone();
        using (var held = await Gateway.Client.PostAsJsonAsync("v1/holds", new { holdId = "h-1", eventId = TestTill.EventId, terminalId = GatewayProcess.Terminal, lines = new[] { new { sku = "shirt", quantity = 1 } } }, Token))
            Assert.True(held.IsSuccessStatusCode, await held.Content.ReadAsStringAsync(Token));
        Assert.Equal("identity_required", await SellAsync("o-1", "h-1"));
        await PassAsync("c-1", "o-1", phone);
        Assert.Null(await SellAsync("o-1", "h-1"));
    }

    [Fact]
    public async Task Nothing_of_a_document_is_in_the_log_the_store_the_facts_or_the_memory_afterwards()
    {
        using var phone = Phone();
        await PassAsync("c-1", "o-1", phone);
        Assert.Null(await SellAsync("o-1"));
        var session = Text(await BeginOnlineAsync("c-2", "o-2"), "url")!.Split('/')[^1];
        await DecideAsync(session);
        Assert.Equal("passed", Text(await FindAsync("c-2"), "state"));
        Assert.Null(await SellAsync("o-2"));
        var facts = await Bus.ReceiveAsync(f => f.Count(x => x.Body is SaleApproved { Identity: not null }) == 2, Token);
        var dump = await MemoryAsync();
        await Gateway.KillAsync();

        var files = Directory.EnumerateFiles(Folder.Path, "gateway*").Select(f => (f, File.ReadAllBytes(f))).ToList();
        // What is kept is found, so that what is not found is not there.
        Assert.Contains(files, f => Holds(f.Item2, "UT Utopia IACA"u8));
        Assert.True(Holds(dump, "UT Utopia IACA"u8));
        (string Where, byte[] Bytes)[] places =
        [
            .. files, ("log", Encoding.UTF8.GetBytes(await Gateway.LogAsync())), ("memory", dump),
            .. facts.Select(f => ("fact", f.Message.Body.ToArray())),
        ];
        byte[][] planted = [Encoding.UTF8.GetBytes(FamilyName), Encoding.UTF8.GetBytes(Birth), Encoding.UTF8.GetBytes(Number), Portrait];
        foreach (var (where, bytes) in places)
        {
            foreach (var needle in planted) Assert.False(Holds(bytes, needle), where);
            if (where != "memory") foreach (var word in new[] { "family_name", "birth_date", "Jenny", "Rosen", "\"dob\"" }) Assert.False(Holds(bytes, Encoding.UTF8.GetBytes(word)), $"{word} in {where}");
        }
    }

    /// <summary>All that the process has in memory, as a crash would leave it where dumps are on.</summary>
    private async Task<byte[]> MemoryAsync()
    {
        var tool = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "createdump");
        var file = Folder.File("memory.dmp");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(tool, ["--withheap", "-f", file, $"{Gateway.ProcessId}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await output + await error);
        var dump = await File.ReadAllBytesAsync(file, Token);
        File.Delete(file);
        return dump;
    }

    private IEnumerable<(MdocFault Fault, Func<SamplePhone> Make)> Documents(SampleAuthority stranger)
    {
        (MdocFault, Func<SamplePhone>) Showing(MdocFault fault, Func<SampleLicence, SampleLicence?> change) =>
            (fault, () => new SamplePhone(Signer(_authority)) { Licence = change(Adult()) });
        yield return Showing(MdocFault.Malformed, l => l);
        yield return (MdocFault.SessionMismatch, Phone);
        yield return Showing(MdocFault.NoDocument, _ => null);
        yield return (MdocFault.SeveralDocuments, () => new SamplePhone(Signer(_authority)) { Licence = Adult(), Copies = 2 });
        yield return Showing(MdocFault.WrongDocumentType, l => l with { DocumentType = "eu.europa.ec.eudi.pid.1" });
        yield return Showing(MdocFault.UnsupportedAlgorithm, l => l with { DigestAlgorithm = "MD5" });
        yield return (MdocFault.UntrustedIssuer, () => new SamplePhone(Signer(stranger)) { Licence = Adult() });
        yield return (MdocFault.RevokedIssuer, () => new SamplePhone(X509CertificateLoader.LoadPkcs12(_revoked.Export(X509ContentType.Pkcs12), null)) { Licence = Adult() });
        yield return Showing(MdocFault.DigestMismatch, l => l with { Tamper = (_, element) => [.. element[..^1], (byte)(element[^1] ^ 1)] });
        yield return Showing(MdocFault.NotYetValid, l => l with { ValidFrom = Now.AddDays(1) });
        yield return Showing(MdocFault.Expired, l => l with { ValidUntil = Now.AddHours(-1) });
        yield return (MdocFault.DeviceAuthenticationInvalid, () => new SamplePhone(Signer(_authority)) { Licence = Adult(), SeesTranscript = t => [.. t[..^1], 0xf7] });
        yield return Showing(MdocFault.AgeNotStated, l => l with { Elements = [("issuing_country", "UT")] });
        yield return Showing(MdocFault.UnderAge, l => l with { Elements = [("age_over_18", false)] });
    }

    private SamplePhone Phone() => new(Signer(_authority)) { Licence = Adult() };

    private static SampleLicence Adult() => SampleLicence.Of(isAdult: true, Now) with
    {
        Elements = [("family_name", FamilyName), ("birth_date", Birth), ("document_number", Number), ("portrait", Portrait), ("age_over_18", true)],
    };

    private static X509Certificate2 Signer(SampleAuthority authority) => authority.Signer(from: Now.AddDays(-2), until: Now.AddDays(60));

    private static object Yes(string staffId, string code) =>
        new { orderId = "o-1", eventId = TestTill.EventId, skus = new[] { "shirt" }, staffId, code, reason = "document_seen" };

    private Task<HttpResponseMessage> OverrideAsync(string staffId, string code) => Gateway.Staff.PostAsJsonAsync("v1/staff/identity/overrides", Yes(staffId, code), Token);

    private async Task PassAsync(string checkId, string orderId, SamplePhone phone)
    {
        var begun = await BeginAsync(checkId, orderId, phone);
        Assert.Equal("passed", Text(await AnswerAsync(checkId, phone.Answer(begun.GetProperty("establishment").GetBytesFromBase64())), "state"));
    }

    private Task<JsonElement> BeginAsync(string checkId, string orderId, SamplePhone phone) => PostAsync(
        Gateway.Client, "v1/identity/checks", new { checkId, orderId, eventId = TestTill.EventId, skus = new[] { "shirt" }, method = "mdoc", engagement = phone.Engagement });

    private Task<JsonElement> BeginOnlineAsync(string checkId, string orderId) => PostAsync(
        Gateway.Client, "v1/identity/checks", new { checkId, orderId, eventId = TestTill.EventId, skus = new[] { "shirt" }, method = "stripe" });

    private Task<JsonElement> AnswerAsync(string checkId, byte[] sessionData) => PostAsync(Gateway.Client, $"v1/identity/checks/{checkId}/response", new { sessionData });

    private async Task<JsonElement> FindAsync(string checkId)
    {
        using var answer = await Gateway.Client.GetAsync($"v1/identity/checks/{checkId}", Token);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private async Task DecideAsync(string session)
    {
        using var http = new HttpClient();
        using var decided = await http.PostAsync(new Uri(Processor.Address, $"_control/identity/{session}/decide"), null, Token);
        decided.EnsureSuccessStatusCode();
    }

    /// <summary>Null: approved. Else the problem's code.</summary>
    private async Task<string?> SellAsync(string orderId, string? holdId = null)
    {
        using var answer = await Gateway.Client.PostAsJsonAsync("v1/sales", TestTill.Request(orderId) with { HoldId = holdId }, ContractJson.Options, Token);
        return answer.IsSuccessStatusCode ? null : (await ProblemAsync(answer)).Code;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Token);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage answer) =>
        ((int)answer.StatusCode, Text(await answer.Content.ReadFromJsonAsync<JsonElement>(Token), "code"));

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static bool Holds(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> needle) => bytes.IndexOf(needle) >= 0;
}
