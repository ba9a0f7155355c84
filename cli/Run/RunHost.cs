using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Moodstream.Bert;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier;
using Moodstream.Classifier.Inference;
using Moodstream.Contracts;
using Moodstream.Dashboard;
using Moodstream.Ingestor;
using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Settlement;
using Moodstream.ServiceDefaults;
using Moodstream.Text;
using Moodstream.Trends;

namespace Moodstream.Cli.Run;

/// <summary>Every service in one process: the same AddX and MapX that each calls when it runs alone.</summary>
internal static class RunHost
{
    private const string App = "cli";

    /// <summary>Runs until Ctrl-C, or until the source ends where there is no page to stay for.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var port = settings.Port is { } wanted ? FreePort(wanted) : (int?)null;
            await using var app = Build(settings with { Port = port });
            if (port is not null)
            {
                app.Lifetime.ApplicationStarted.Register(() =>
                    Console.Out.WriteLine($"Moodstream: http://localhost:{port} (Ctrl-C stops)"));
            }

            var watch = app.Services.GetRequiredService<FinishWatch>();
            await app.RunAsync(cancellationToken);
            return Farewell(watch, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted; // Before everything had started.
        }
        catch (Exception exception) when (IsUsersToMend(exception))
        {
            return Complaints.Write(exception.Message);
        }
    }

    private static WebApplication Build(RunSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "moodstream",
            ContentRootPath = AppContext.BaseDirectory, // No settings file of a folder that one happens to be in.
        });
        builder.Configuration.AddInMemoryCollection(settings.ToConfiguration());
        StandardErrorLog.Add(builder.Logging, builder.Services);

        builder.AddServiceDefaults();            // health, telemetry, time to stop
        builder.AddInProcessBuildingBlocks();    // pub/sub and state
        builder.AddClassifier();                 // tweets.raw -> tweets.scored | tweets.rejected
        builder.AddTrends();                     // tweets.scored -> mood.windows, mood.shifts
        builder.AddOutput(settings);             // the page, or lines on standard output
        builder.AddIngestor();                   // source -> tweets.raw, settlement, ingest.status

        var app = builder.Build();
        if (settings.Port is not null)
        {
            app.MapDefaultEndpoints();           // /health/live, /health/ready
            app.MapDashboard();                  // the page and its events
        }

        return app;
    }

    private static void AddOutput(this WebApplicationBuilder builder, RunSettings settings)
    {
        builder.Services.AddSingleton(provider =>
            new FinishWatch(settings.Port is null, provider.GetRequiredService<IHostApplicationLifetime>()));
        builder.Services.AddBulkSubscription<FinishWatch>(new Subscription { Topic = Topics.IngestStatus, App = App });
        if (settings.Port is { } port)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
            builder.AddDashboard();
            return;
        }

        // No server to start: any free port would do, and none is better.
        builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        builder.Services.AddSingleton(provider => new ScoredLines(
            Terminal.System.OpenOutput(), provider.GetRequiredService<IHostApplicationLifetime>()));
        builder.Services.AddBulkSubscription<ScoredLines>(new Subscription { Topic = Topics.Scored, App = App });
    }

    /// <summary>The port, or a free one for 0. Asked before anything is loaded: a taken port is the first thing to say.</summary>
    private static int FreePort(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            throw new PortTakenException($"port {port} is taken; choose another with --port, or --no-page");
        }
    }

    private static int Farewell(FinishWatch watch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }

        return watch.Newest switch
        {
            { Finished: true, Rejected: 0, Unreadable: 0 } => ExitCodes.Ok,
            { Finished: true } status => Say(ExitCodes.SomeRejected, RunSummary.Text(status)),
            _ => ExitCodes.Unreadable, // A loop ended the host; the log has said why.
        };
    }

    private static int Say(int exitCode, string text)
    {
        Console.Error.WriteLine($"moodstream: {text}");
        return exitCode;
    }

    // What a person can put right without a stack trace.
    private static bool IsUsersToMend(Exception exception) => exception is
        PortTakenException or DataFolderException or ModelFormatException or UnsuitableModelException
        or TextFormatException or SourceInUseException or SavedSourceException or OptionsValidationException or IOException
        or UnauthorizedAccessException;
}
