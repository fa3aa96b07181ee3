# The node and the ledger command in one image. docker-compose.yml runs four nodes from it.
FROM ubuntu:24.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 nodejs npm \
    && rm -rf /var/lib/apt/lists/*
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY . .
RUN cd src/Ledger.Contracts/Engine/Binary && npm ci --ignore-scripts --no-audit --no-fund
RUN cd src/Ledger.Console && npm ci --ignore-scripts --no-audit --no-fund
RUN dotnet publish src/Ledger.Cli -c Release -p:AheadOfTime=false -o /app

FROM ubuntu:24.04
RUN apt-get update \
    && apt-get install -y --no-install-recommends aspnetcore-runtime-10.0 librocksdb8.9 libsecp256k1-1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /consortium
ENTRYPOINT ["dotnet", "/app/ledger.dll"]
