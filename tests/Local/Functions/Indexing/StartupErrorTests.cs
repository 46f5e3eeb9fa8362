using Marquee.Local.Durable;
using Marquee.Local.Durable.Client;
using Marquee.Local.ServiceBus;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Tests.Indexing;

/// <summary>What is declared wrongly fails at start, and the message names the function.</summary>
public sealed class StartupErrorTests
{
    [Theory]
    [InlineData(typeof(NoTrigger), "Function 'Alone': no parameter carries a trigger attribute")]
    [InlineData(typeof(Hidden), "Function 'Hidden': Hidden.Run is not public")]
    [InlineData(typeof(TwoTriggers), "Function 'Both': more than one trigger: request, timer")]
    [InlineData(typeof(SameName), "Function 'Same': the name is used by", "SameName.First", "SameName.Second")]
    [InlineData(typeof(SameRoute), "Function 'A' and function 'B' both answer GET /events/{id}")]
    [InlineData(typeof(BadRoute), "Function 'Bad': the route 'events/{id' is not valid")]
    [InlineData(typeof(UnknownConstraint), "Function 'Odd': the route 'events/{id:money}' is not valid")]
    [InlineData(typeof(HostsRoute), "Function 'Admin': the route 'admin/x' belongs to the host")]
    [InlineData(typeof(BadMethod), "Function 'Fetch': 'FETCH' is not an HTTP method")]
    [InlineData(typeof(UserLevel), "Function 'Users': the authorization level User is not supported")]
    [InlineData(typeof(BodyAsTrigger), "Function 'Body': the trigger parameter 'body' must be an HttpRequest")]
    [InlineData(typeof(Unbound), "Function 'Unbound': the parameter 'thing' of type", "cannot be bound")]
    [InlineData(typeof(BadCron), "Function 'Often': the second '61': 61 is not within 0 to 59")]
    [InlineData(typeof(MissingSetting), "Function 'Nightly': the setting 'NightlySchedule' in '%NightlySchedule%' is missing")]
    [InlineData(typeof(TimerAsText), "Function 'Text': the parameter 'timer' of type System.String cannot be bound")]
    [InlineData(typeof(MissingConnection), "Function 'Inbox': the connection setting 'NoSuchConnection' is missing")]
    [InlineData(typeof(BatchWithoutArray), "Function 'Batch': IsBatched is set, so 'message' must be an array")]
    [InlineData(typeof(SessionWithoutSessions), "Function 'Sessionless': 'session' needs IsSessionsEnabled")]
    [InlineData(typeof(StreamMessage), "Function 'Stream': the parameter 'message' of type System.IO.Stream cannot be bound")]
    [InlineData(typeof(RetriedMessage), "Function 'Retried': a retry policy has no effect on this trigger")]
    [InlineData(typeof(BadRetry), "Function 'Impatient': the retry policy's interval 'soon' is not a time span")]
    [InlineData(typeof(ClientAsText), "Function 'Client': the parameter 'client' of type System.String cannot be bound")]
    [InlineData(typeof(OtherHub), "Function 'Hub': the task hub 'Elsewhere' is not this host's 'DurableFunctionsHub'")]
    [InlineData(typeof(SameActivity), "Function 'Second': An activity named 'charge' is already")]
    [InlineData(typeof(WrongContext), "Function 'Orchestrate': the parameter 'context' of type", "cannot be bound")]
    [InlineData(typeof(TwoInputs), "Function 'Greedy': 'one' and 'two' would both be the orchestration's input")]
    [InlineData(typeof(UnknownService), "Function 'Lonely': UnknownService cannot be made: no service is registered for", "IMissing")]
    [InlineData(typeof(MessageOutput), "Function 'Out': [ServiceBusOutput] cannot send ServiceBusMessage")]
    [InlineData(typeof(VoidOutput), "Function 'Out': [ServiceBusOutput] has nothing to send")]
    [InlineData(typeof(StrayHttpResult), "Function 'Stray': [HttpResult] needs an HTTP trigger")]
    [InlineData(typeof(AsyncVoid), "Function 'Void': an async function must return Task")]
    public void A_wrong_declaration_fails_at_start_and_names_its_function(Type functions, params string[] parts)
    {
        var error = Assert.Throws<FunctionWorkerException>(() => TestHost.Build(functions));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_host_listens_on_loopback_only()
    {
        var error = Assert.Throws<FunctionWorkerException>(() =>
            TestHost.Build(typeof(object), new TestHostOptions { Settings = new() { ["Local:Urls"] = "http://0.0.0.0:7071" } }));
        Assert.Contains("Local:Urls: 'http://0.0.0.0:7071' is not on loopback", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var error = Assert.Throws<FunctionWorkerException>(() => TestHost.Build(typeof(Several)));
        Assert.Equal(2, error.Message.Split(Environment.NewLine).Length);
        Assert.Contains("'One'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Two'", error.Message, StringComparison.Ordinal);
    }

    internal interface IMissing;

    private static class NoTrigger
    {
        [Function("Alone")]
        public static void Run(HttpRequest request) => _ = request;
    }

    private static class Hidden
    {
        [Function("Hidden")]
        internal static void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    private static class TwoTriggers
    {
        [Function("Both")]
        public static void Run([HttpTrigger] HttpRequest request, [TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = (request, timer);
    }

    private static class SameName
    {
        [Function("Same")]
        public static void First([HttpTrigger("get")] HttpRequest request) => _ = request;

        [Function("same")]
        public static void Second([HttpTrigger("post")] HttpRequest request) => _ = request;
    }

    private static class SameRoute
    {
        [Function("A")]
        public static void A([HttpTrigger("get", "post", Route = "events/{id}")] HttpRequest request) => _ = request;

        [Function("B")]
        public static void B([HttpTrigger("get", Route = "/EVENTS/{name}")] HttpRequest request) => _ = request;

        [Function("C")]
        public static void C([HttpTrigger("get", Route = "events/{id:int}")] HttpRequest request) => _ = request;
    }

    private static class BadRoute
    {
        [Function("Bad")]
        public static void Run([HttpTrigger(Route = "events/{id")] HttpRequest request) => _ = request;
    }

    private static class UnknownConstraint
    {
        [Function("Odd")]
        public static void Run([HttpTrigger(Route = "events/{id:money}")] HttpRequest request) => _ = request;
    }

    private static class HostsRoute
    {
        [Function("Admin")]
        public static void Run([HttpTrigger(Route = "admin/x")] HttpRequest request) => _ = request;
    }

    private static class BadMethod
    {
        [Function("Fetch")]
        public static void Run([HttpTrigger("fetch")] HttpRequest request) => _ = request;
    }

    private static class UserLevel
    {
        [Function("Users")]
        public static void Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request) => _ = request;
    }

    private static class BodyAsTrigger
    {
        [Function("Body")]
        public static void Run([HttpTrigger] string body) => _ = body;
    }

    private static class Unbound
    {
        [Function("Unbound")]
        public static void Run([HttpTrigger] HttpRequest request, IMissing thing) => _ = (request, thing);
    }

    private static class BadCron
    {
        [Function("Often")]
        public static void Run([TimerTrigger("61 * * * * *")] TimerInfo timer) => _ = timer;
    }

    private static class MissingSetting
    {
        [Function("Nightly")]
        public static void Run([TimerTrigger("%NightlySchedule%")] TimerInfo timer) => _ = timer;
    }

    private static class TimerAsText
    {
        [Function("Text")]
        public static void Run([TimerTrigger("0 * * * * *")] string timer) => _ = timer;
    }

    private static class MissingConnection
    {
        [Function("Inbox")]
        public static void Run([ServiceBusTrigger("inbox", Connection = "NoSuchConnection")] string message) => _ = message;
    }

    private static class BatchWithoutArray
    {
        [Function("Batch")]
        public static void Run([ServiceBusTrigger("inbox", IsBatched = true)] string message) => _ = message;
    }

    private static class SessionWithoutSessions
    {
        [Function("Sessionless")]
        public static void Run(
            [ServiceBusTrigger("inbox")] string message, ServiceBusSessionMessageActions session) => _ = (message, session);
    }

    private static class StreamMessage
    {
        [Function("Stream")]
        public static void Run([ServiceBusTrigger("inbox")] Stream message) => _ = message;
    }

    private static class RetriedMessage
    {
        [Function("Retried")]
        [FixedDelayRetry(3, "00:00:01")]
        public static void Run([ServiceBusTrigger("inbox")] string message) => _ = message;
    }

    private static class BadRetry
    {
        [Function("Impatient")]
        [FixedDelayRetry(3, "soon")]
        public static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;
    }

    private static class ClientAsText
    {
        [Function("Client")]
        public static void Run([HttpTrigger] HttpRequest request, [DurableClient] string client) => _ = (request, client);
    }

    private static class OtherHub
    {
        [Function("Hub")]
        public static void Run([HttpTrigger] HttpRequest request, [DurableClient(TaskHub = "Elsewhere")] DurableTaskClient client) =>
            _ = (request, client);
    }

    private static class SameActivity
    {
        [Function("First")]
        public static void First([ActivityTrigger(Activity = "Charge")] int input) => _ = input;

        [Function("Second")]
        public static void Second([ActivityTrigger(Activity = "charge")] int input) => _ = input;
    }

    private static class WrongContext
    {
        [Function("Orchestrate")]
        public static void Run([OrchestrationTrigger] TaskActivityContext context) => _ = context;
    }

    private static class TwoInputs
    {
        [Function("Greedy")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, int one, int two)
        {
            _ = (context, one, two);
            return Task.CompletedTask;
        }
    }

    private sealed class UnknownService(IMissing missing)
    {
        [Function("Lonely")]
        public void Run([HttpTrigger] HttpRequest request) => _ = (request, missing);
    }

    private static class MessageOutput
    {
        [Function("Out")]
        [ServiceBusOutput("outbox")]
        public static ServiceBusMessage Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => new(timer.ToString());
    }

    private static class VoidOutput
    {
        [Function("Out")]
        [ServiceBusOutput("outbox")]
        public static Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => timer.IsPastDue ? Task.CompletedTask : Task.Delay(0);
    }

    private static class StrayHttpResult
    {
        [Function("Stray")]
        public static Answer Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => new(timer.ToString());

        internal sealed record Answer([property: HttpResult] string? Text);
    }

    private static class AsyncVoid
    {
        [Function("Void")]
        public static async void Run([HttpTrigger] HttpRequest request) => await request.Body.FlushAsync();
    }

    private static class Several
    {
        [Function("One")]
        public static void One(int number) => _ = number;

        [Function("Two")]
        public static void Two([ActivityTrigger] int input, IMissing missing) => _ = (input, missing);
    }
}
