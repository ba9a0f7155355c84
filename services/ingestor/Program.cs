using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Ingestor;
using Moodstream.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddInProcessBuildingBlocks();    // pub/sub and state
builder.AddIngestor();                   // source -> tweets.raw, settlement, ingest.status

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready

app.Run();
